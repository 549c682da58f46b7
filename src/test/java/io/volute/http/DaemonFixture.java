package io.volute.http;

import io.volute.daemon.Daemon;
import io.volute.identity.HostPort;
import io.volute.settings.CommandLine;
import io.volute.settings.GivenSettings;
import io.volute.settings.ListenAddress;
import io.volute.settings.Settings;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A real node in this process, on a free port and a unix socket. */
final class DaemonFixture implements AutoCloseable {
  final Daemon daemon;
  private final Map<Door, ListenAddress> addresses;

  DaemonFixture(Path directory, String... flags) throws Exception {
    ListenAddress.Tcp tcp = ServerFixture.freePort();
    ListenAddress unix = new ListenAddress.UnixSocket(directory.resolve("http").toString());
    addresses = Map.of(Door.TCP, tcp, Door.UNIX, unix);
    List<String> all =
        new ArrayList<>(
            List.of(
                "--listen", tcp.toString(),
                "--listen", unix.toString(),
                "--port", Integer.toString(freeUdpPort()),
                "--home", directory.resolve("home").toString()));
    all.addAll(List.of(flags));
    daemon =
        Daemon.open(Settings.conclude(CommandLine.parse(all).given(), GivenSettings.NONE), "0.1.0");
  }

  private static int freeUdpPort() throws IOException {
    try (DatagramSocket socket =
        new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
      return socket.getLocalPort();
    }
  }

  HostPort tcp() {
    return ((ListenAddress.Tcp) addresses.get(Door.TCP)).address();
  }

  /** The node's name. */
  String uid() {
    return daemon.banner("0.1.0").split(" ")[3];
  }

  /** Where its peers find it. */
  String peers() {
    String banner = daemon.banner("0.1.0");
    return banner.substring(banner.lastIndexOf(' ') + 1);
  }

  RawClient connect(Door door) throws IOException {
    return RawClient.connect(addresses.get(door));
  }

  /** One request on a connection of its own. */
  RawClient.Response ask(Door door, String method, String target, String... headers)
      throws IOException {
    try (RawClient client = connect(door)) {
      return client.request(method, target, headers).response(method.equals("HEAD"));
    }
  }

  /** The same with a body of text. */
  RawClient.Response send(Door door, String method, String target, String body, String... headers)
      throws IOException {
    try (RawClient client = connect(door)) {
      return client
          .request(method, target, body.getBytes(StandardCharsets.UTF_8), headers)
          .response();
    }
  }

  @Override
  public void close() {
    daemon.close();
  }
}
