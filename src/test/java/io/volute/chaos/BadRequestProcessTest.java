package io.volute.chaos;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.function.Executable;

/** Requests that can't be served: each is told why in one line, and changes nothing. */
@Timeout(240)
final class BadRequestProcessTest {
  @RegisterExtension static final TestCluster CLUSTER = TestCluster.forClass();

  private TestNode node;
  private String keysBefore;

  @BeforeEach
  void startOnce() throws IOException {
    if (CLUSTER.nodes().isEmpty()) {
      CLUSTER.start(1, "--max-value", "64k").node(1).write("key", "value");
    }
    node = CLUSTER.node(1);
    keysBefore = node.keys();
  }

  @AfterEach
  void nothingShouldHaveChanged() throws IOException {
    assertEquals(keysBefore, node.keys());
    assertEquals("running", node.ask("/status").text().strip());
  }

  @Test
  void shouldSayWhatIsWrongWithAName() {
    assertAll(
        refused(400, "POST", "/write", "name"),
        refused(400, "POST", "/write?name=", "'name' has 0 bytes", "1 to 1024"),
        refused(400, "GET", "/read?name=" + "a".repeat(1025), "1025", "1024"),
        refused(400, "GET", "/read?name=%zz", "name"),
        refused(400, "GET", "/read?name=%ff", "UTF-8"),
        refused(400, "GET", "/read?name=a&name=b", "name"),
        refused(403, "POST", "/write?name=.membership%2Fx", ".membership/"),
        refused(403, "PUT", "/keys/.membership/x", ".membership/"),
        refused(403, "POST", "/delete?name=.membership%2Fx", ".membership/"));
  }

  @Test
  void shouldSayWhatIsWrongWithAParameter() throws IOException {
    String version = node.read("key").version();
    String broken = (version.charAt(0) == 'A' ? "B" : "A") + version.substring(1);
    assertAll(
        refused(400, "POST", "/write?name=a&colour=red", "colour", "mirrors"),
        refused(400, "POST", "/write?name=a&w=0", "'w'", "quorum"),
        refused(400, "POST", "/write?name=a&w=some", "some", "quorum"),
        refused(400, "POST", "/write?name=a&mirrors=256", "256", "255"),
        refused(400, "POST", "/write?name=a&mirrors=1&copies=1", "mirrors", "copies"),
        refused(400, "POST", "/write?name=a&ttl=5", "ttl", "ms"),
        refused(400, "POST", "/write?name=a&version=nonsense!", "version"),
        refused(400, "POST", "/write?name=key&version=" + broken, "version"),
        refused(400, "POST", "/delete?name=key&version=" + version.substring(2), "version"),
        refused(400, "GET", "/read?name=key&siblings=both", "siblings", "newest or all"),
        refused(400, "GET", "/read?name=key&w=1", "w"),
        refused(400, "GET", "/list-keys?limit=0", "limit", "1"),
        refused(400, "GET", "/list-keys?scope=world", "world", "local or cluster"),
        refused(400, "GET", "/ring?name=", "name"));
  }

  @Test
  void shouldSayWhichPathsAndMethodsThereAre() {
    assertAll(
        refused(404, "GET", "/index.html", "/read"),
        refused(404, "GET", "/keysx", "/keys/NAME"),
        refused(400, "PUT", "/keys/", "1 to 1024 bytes"),
        refused(405, "get", "/status", "GET, HEAD"),
        refused(404, "GET", "/../etc/passwd", "/read"),
        refused(404, "POST", "/WRITE?name=a", "/write"),
        refused(405, "GET", "/write?name=key", "POST, PUT"),
        refused(405, "GET", "/delete?name=key", "POST, PUT"),
        refused(405, "POST", "/read?name=key", "GET, HEAD"),
        refused(405, "DELETE", "/delete?name=key", "POST, PUT"),
        refused(405, "PATCH", "/keys/key", "PUT"));
    assertEquals("POST, PUT", node.curl("/write?name=key").header("Allow"));
  }

  @Test
  void shouldRefuseBodiesAndHeadsThatAreTooLarge() throws IOException {
    Path large = Files.write(CLUSTER.directory().resolve("large"), new byte[64 * 1024 + 1]);
    HttpAnswer told = node.curl("/write?name=large", "--data-binary", "@" + large);
    assertOneLine(told, 413, "65536");
    HttpAnswer chunked =
        node.curl(
            "/keys/large",
            "-T",
            large.toString(),
            "-H",
            "Transfer-Encoding: chunked",
            "-H",
            "Expect:");
    assertOneLine(chunked, 413, "65536");
    HttpAnswer socket = node.curlSocket("/write?name=large", "--data-binary", "@" + large);
    assertOneLine(socket, 413, "65536");
    String long16k = "x".repeat(17 * 1024);
    assertOneLine(node.curl("/status", "-H", "X-Long: " + long16k), 431, "16");
    assertOneLine(node.curl("/read?name=" + long16k), 414, "16");
  }

  @Test
  void shouldRefuseWhatAPageOfAnotherSiteWouldSend() {
    assertAll(
        () -> assertOneLine(node.curl("/status", "-H", "Host: evil.example"), 403, "evil.example"),
        () -> assertOneLine(node.curl("/status", "-H", "Origin: http://evil.example"), 403),
        () -> assertOneLine(node.curl("/list-keys", "-H", "Sec-Fetch-Site: cross-site"), 403));
  }

  @Test
  void shouldAnswerWhatIsNoHttpAtAll() throws IOException {
    String write = "POST /write?name=a HTTP/1.1\r\nHost: localhost\r\n";
    String chunked = "Transfer-Encoding: chunked\r\n";
    List<String> heads =
        List.of(
            "GET /status HTTP/9.9\r\n\r\n",
            "GET /status HTTP/1.1\r\n\r\n",
            write + "Content-Length: -1\r\n\r\n",
            write + "Content-Length: 1\r\n" + chunked + "\r\n0\r\n\r\n");
    List<String> wrong = new ArrayList<>();
    for (String head : heads) {
      try (HttpConnection connection = new HttpConnection(node.httpPort())) {
        HttpAnswer answer = connection.sendRaw(head);
        boolean isRefused = answer.status() >= 400 && answer.status() < 500;
        if (!isRefused && answer.status() != 505) {
          wrong.add(head + answer);
        }
      } catch (IOException e) {
        wrong.add(head + e);
      }
    }
    assertEquals(List.of(), wrong);
  }

  @Test
  void shouldNotStoreABodyThatBreaksOff() throws IOException {
    String head = "POST /write?name=a HTTP/1.1\r\nHost: localhost\r\n";
    for (String rest :
        List.of(
            "Content-Length: 6\r\n\r\nvalue",
            "Transfer-Encoding: chunked\r\n\r\n5\r\nvalue\r\n",
            "Transfer-Encoding: chunked\r\n\r\n5\r\nvalue\r\nzz\r\n")) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.httpPort())) {
        socket.getOutputStream().write((head + rest).getBytes(StandardCharsets.US_ASCII));
      }
    }
    Await.pause(100);
  }

  @Test
  void shouldPutTheReasonIntoJsonOnRequest() {
    HttpAnswer answer = node.curl("/read?name=", "-H", "Accept: application/json");
    assertEquals(400, answer.status());
    assertTrue(answer.text().matches("\\{\"error\":\"[^\"]+\"}\n"), answer.text());
  }

  private Executable refused(int status, String method, String target, String... named) {
    return () -> {
      try (HttpConnection connection = new HttpConnection(node.httpPort())) {
        assertOneLine(connection.send(method, target, new byte[0]), status, named);
      }
    };
  }

  private static void assertOneLine(HttpAnswer answer, int status, String... named) {
    assertEquals(status, answer.status(), answer::toString);
    assertTrue(answer.header("Content-Type").startsWith("text/plain"), answer::toString);
    assertTrue(answer.text().matches("[^\n]+\n"), answer::toString);
    for (String word : named) {
      assertTrue(answer.text().contains(word), () -> "no '" + word + "' in: " + answer);
    }
  }
}
