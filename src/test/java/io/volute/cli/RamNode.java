package io.volute.cli;

import io.volute.Volute;
import io.volute.client.http.HttpClient;
import io.volute.client.link.Access;
import io.volute.client.link.Target;
import io.volute.settings.SettingsBuilder;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;

/** A node in this process that keeps nothing on the disk, on a unix socket. */
final class RamNode implements AutoCloseable {
  private final Volute node;
  private final Path socket;

  private RamNode(Volute node, Path socket) {
    this.node = node;
    this.socket = socket;
  }

  static RamNode open(Path directory) throws Exception {
    Path socket = directory.resolve("s");
    return new RamNode(
        Volute.open(
            settings(directory).set("listen", socket.toString()).set("store", "ram").build()),
        socket);
  }

  /** A home in the directory, and a free port for peers. */
  static SettingsBuilder settings(Path directory) throws Exception {
    return Volute.settings()
        .set("port", Integer.toString(freeUdpPort()))
        .set("home", directory.resolve("home").toString());
  }

  private static int freeUdpPort() throws IOException {
    try (DatagramSocket free =
        new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
      return free.getLocalPort();
    }
  }

  HttpClient client() {
    return new HttpClient(Access.to(Target.parse(socket.toString()), Duration.ofSeconds(20)));
  }

  @Override
  public void close() {
    node.close();
  }
}
