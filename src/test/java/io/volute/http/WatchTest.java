package io.volute.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.daemon.Daemon;
import io.volute.settings.CommandLine;
import io.volute.settings.GivenSettings;
import io.volute.settings.ListenAddress;
import io.volute.settings.Settings;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Watching a real node. */
@Timeout(60)
class WatchTest {
  private static final String HEAD = " HTTP/1.1\r\nHost: localhost\r\n\r\n";

  @TempDir private Path home;

  private static String freeUdpPort() throws IOException {
    try (DatagramSocket socket =
        new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
      return Integer.toString(socket.getLocalPort());
    }
  }

  private static void write(ListenAddress address, String name) throws IOException {
    try (RawClient client = RawClient.connect(address)) {
      byte[] body = name.getBytes(UTF_8);
      assertEquals(200, client.request("POST", "/write?name=" + name, body).response().status());
    }
  }

  /** All that comes up to some text. */
  private static String until(RawClient client, String end) throws IOException {
    StringBuilder text = new StringBuilder();
    while (text.indexOf(end) < 0) {
      text.append(new String(client.bytes(1), UTF_8));
    }
    return text.toString();
  }

  @Test
  void shouldShowChangesAndResumeBehindAnEvent() throws Exception {
    ListenAddress.Tcp tcp = ServerFixture.freePort();
    ListenAddress unix = new ListenAddress.UnixSocket(home.resolve("http").toString());
    List<String> flags =
        List.of(
            "--listen", tcp.toString(),
            "--listen", unix.toString(),
            "--port", freeUdpPort(),
            "--home", home.resolve("data").toString());
    Settings settings = Settings.conclude(CommandLine.parse(flags).given(), GivenSettings.NONE);
    try (Daemon daemon = Daemon.open(settings, "0.1.0")) {
      assertFalse(daemon.banner("0.1.0").isEmpty());
      for (ListenAddress address : List.of(tcp, unix)) {
        check(address);
      }
    }
  }

  private static void check(ListenAddress address) throws IOException {
    String third;
    try (RawClient client = RawClient.connect(address)) {
      client.send("GET /watch?prefix=k" + HEAD);
      assertTrue(until(client, "id: ").contains("text/event-stream"));
      write(address, "k1");
      write(address, "other");
      write(address, "k2");
      write(address, "k3");
      String seen = until(client, "\"name\":\"k3\"");
      assertTrue(seen.indexOf("\"k1\"") < seen.indexOf("\"k2\""), seen);
      assertFalse(seen.contains("other"), seen);
      third = seen.substring(seen.indexOf("id: ", seen.indexOf("\"k1\"")) + 4).split("\n", 2)[0];
    }
    try (RawClient client = RawClient.connect(address)) {
      client.send("GET /watch?prefix=k&since=" + third + HEAD);
      String seen = until(client, "\"name\":\"k3\"");
      assertFalse(seen.contains("\"k1\"") || seen.contains("\"k2\""), seen);
    }
    try (RawClient client = RawClient.connect(address)) {
      client.send("GET /watch?since=0123456789abcdef.1" + HEAD);
      assertEquals(410, client.response().status());
      client.send("GET /watch?since=now" + HEAD);
      assertEquals(400, client.response().status());
    }
  }
}
