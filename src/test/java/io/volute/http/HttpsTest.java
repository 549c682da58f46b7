package io.volute.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.listen.TlsFiles;
import io.volute.settings.ListenAddress;
import io.volute.testing.PemKeys;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class HttpsTest {
  @TempDir static Path directory;
  private static PemKeys keys;
  private static TlsFiles files;

  private ServerFixture fixture;

  @BeforeAll
  static void makeKeys() throws Exception {
    keys = PemKeys.make(directory, "EC");
    files =
        TlsFiles.open(
            Files.writeString(directory.resolve("cert.pem"), keys.certificate()),
            Files.writeString(directory.resolve("key.pem"), keys.key()));
  }

  @BeforeEach
  void open() throws IOException {
    fixture =
        ServerFixture.open(
            settings ->
                settings
                    .withTls(files)
                    .withTimeouts(Duration.ofSeconds(10), Duration.ofSeconds(2), 0));
  }

  @AfterEach
  void close() throws IOException {
    fixture.close();
  }

  private URI uri(String target) {
    ListenAddress.Tcp tcp = (ListenAddress.Tcp) fixture.address(Door.TCP);
    return URI.create("https://localhost:" + tcp.address().port() + target);
  }

  private static HttpClient client(HttpClient.Version version) throws Exception {
    return HttpClient.newBuilder().sslContext(keys.trusting()).version(version).build();
  }

  @ParameterizedTest
  @EnumSource
  void shouldServeBothVersionsAsTheClientPrefers(HttpClient.Version version) throws Exception {
    HttpResponse<String> answer =
        client(version)
            .send(
                HttpRequest.newBuilder(uri("/status")).build(),
                HttpResponse.BodyHandlers.ofString());
    assertEquals("running", answer.body());
    assertEquals(version, answer.version());
    assertTrue(answer.sslSession().isPresent());
  }

  /** A body of one whole record of TLS was waited for without end, with buffers of 16 KiB. */
  @ParameterizedTest
  @CsvSource({"HTTP_1_1, 20000", "HTTP_2, 20000", "HTTP_1_1, 3000000", "HTTP_2, 3000000"})
  void shouldTakeAndGiveBodiesOfManyRecords(HttpClient.Version version, int size) throws Exception {
    byte[] body = new byte[size];
    new Random(size).nextBytes(body);
    HttpClient client = client(version);
    HttpRequest write =
        HttpRequest.newBuilder(uri("/write?name=large"))
            .timeout(Duration.ofSeconds(20))
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    assertEquals(200, client.send(write, HttpResponse.BodyHandlers.ofString()).statusCode());
    HttpRequest read = HttpRequest.newBuilder(uri("/read?name=large")).build();
    assertArrayEquals(body, client.send(read, HttpResponse.BodyHandlers.ofByteArray()).body());
  }

  @Test
  void shouldSpeakTls12AndKnowItsOwnOrigin() throws Exception {
    HttpClient client =
        HttpClient.newBuilder()
            .sslContext(keys.trusting())
            .sslParameters(new SSLParameters(null, new String[] {"TLSv1.2"}))
            .build();
    String own = "https://localhost:" + uri("/").getPort();
    assertEquals(200, statusWithOrigin(client, own));
    assertEquals(403, statusWithOrigin(client, own.replace("https:", "http:")));
  }

  private int statusWithOrigin(HttpClient client, String origin) throws Exception {
    return client
        .send(
            HttpRequest.newBuilder(uri("/status")).header("Origin", origin).build(),
            HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }

  @Test
  void shouldServeUnixSocketsInTheClearAndTcpNot() throws Exception {
    assertEquals(200, fixture.ask(Door.UNIX, "GET", "/status").status());
    assertThrows(
        IOException.class,
        () -> {
          RawClient.Response answer = fixture.ask(Door.TCP, "GET", "/status");
          assertFalse(answer.status() == 200);
        });
  }

  @Test
  void shouldCloseAConnectionThatNeverShakesHands() throws Exception {
    try (RawClient client = fixture.connect(Door.TCP)) {
      client.send("\u0016\u0003\u0001\u0002");
      assertTrue(client.endsWithin(Duration.ofSeconds(10)));
    }
  }
}
