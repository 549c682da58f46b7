package io.volute.resp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.daemon.Daemon;
import io.volute.resp.RespFixture.Door;
import io.volute.settings.CommandLine;
import io.volute.settings.GivenSettings;
import io.volute.settings.ListenAddress;
import io.volute.settings.Settings;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The door of a real node, beside its HTTP door. */
final class DaemonDoorTest {
  @TempDir private Path home;

  private static int freeUdpPort() throws IOException {
    try (DatagramSocket socket =
        new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
      return socket.getLocalPort();
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldServeTheKeysOfHttpWhenDaemonRuns(Door door) throws Exception {
    ListenAddress.Tcp http = RespFixture.freePort();
    ListenAddress resp =
        door == Door.TCP
            ? RespFixture.freePort()
            : new ListenAddress.UnixSocket(home.resolve("resp").toString());
    List<String> flags =
        List.of(
            "--listen", http.toString(),
            "--resp", resp.toString(),
            "--port", Integer.toString(freeUdpPort()),
            "--home", home.resolve("data").toString());
    Settings settings = Settings.conclude(CommandLine.parse(flags).given(), GivenSettings.NONE);
    settings.requireHonoured();
    try (Daemon daemon = Daemon.open(settings, "0.1.0");
        RespClient client = RespClient.connect(resp)) {
      assertTrue(daemon.banner("0.1.0").contains(http.toString()));
      assertEquals("OK", client.call("SET", "k", "from resp"));
      assertEquals("from resp", overHttp(http, "GET", "/read?name=k", ""));
      overHttp(http, "POST", "/write?name=h&ttl=100s", "from http");
      assertEquals("from http", client.call("GET", "h"));
      assertEquals(":100", client.call("TTL", "h"));
      checkChanges(client);
    }
  }

  private static void checkChanges(RespClient client) throws IOException {
    assertEquals("nil", client.call("SET", "k", "x", "NX"));
    assertEquals("from resp", client.call("SET", "k", "v", "GET", "EX", "50"));
    assertEquals("OK", client.call("SET", "k", "w", "KEEPTTL"));
    assertEquals(":50", client.call("TTL", "k"));
    assertEquals(":1", client.call("PERSIST", "k"));
    assertEquals(":-1", client.call("TTL", "k"));
    assertEquals(":1", client.call("EXPIRE", "k", "70"));
    assertEquals("w", client.call("GETEX", "k", "PERSIST"));
    assertEquals("[0, [h, k]]", client.call("SCAN", "0", "COUNT", "100"));
    assertEquals(":2", client.call("DBSIZE"));
    assertEquals("[w, nil, from http]", client.call("MGET", "k", "none", "h"));
    assertEquals("w", client.call("GETDEL", "k"));
    assertEquals(":1", client.call("DEL", "k", "h", "none"));
    assertEquals(":0", client.call("DBSIZE"));
    assertEquals("nil", client.call("SET", "k", "v", "XX"));
    assertEquals(":1", client.call("SETNX", "k", "v"));
    String refused = client.call("SET", ".membership/x", "v");
    assertTrue(refused.startsWith("-ERR not applied: names that begin with"), refused);
    assertTrue(client.call("INFO").contains("volute_node:"));
  }

  private static String overHttp(ListenAddress.Tcp address, String method, String path, String body)
      throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + address + path))
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .timeout(Duration.ofSeconds(20))
            .build();
    return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
  }
}
