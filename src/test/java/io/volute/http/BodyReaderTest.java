package io.volute.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.undertow.server.HttpHandler;
import io.undertow.util.SameThreadExecutor;
import io.volute.listen.BytesInFlight;
import io.volute.record.Name;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class BodyReaderTest {
  private static final int MAX_BYTES = 1 << 20;
  private static final UnaryOperator<HttpSettings> SMALL = s -> s.withBodies(MAX_BYTES, 3 << 20);

  private static final Name NAME = Name.of("key");

  private final MemoryNode node = new MemoryNode();
  private final BytesInFlight inFlight = new BytesInFlight(3 << 20);
  private final AtomicReference<byte[]> read = new AtomicReference<>();

  @AfterEach
  void stopNode() {
    node.close();
  }

  @ParameterizedTest
  @EnumSource
  void shouldCollectBodiesOfAllSizes(Door door) throws Exception {
    try (ServerFixture fixture = open(SMALL);
        RawClient client = fixture.connect(door)) {
      for (int size : new int[] {0, 1, 4095, 4096, 4097, 65_536, 65_537, 300_000, MAX_BYTES}) {
        byte[] body = random(size);
        assertEquals(200, client.request("PUT", "/", body).response().status());
        assertArrayEquals(body, read.get(), size + " bytes, sized");
        client.request("PUT", "/", "Transfer-Encoding: chunked").send(chunked(body, 10_007));
        assertEquals(200, client.response().status());
        assertArrayEquals(body, read.get(), size + " bytes, chunked");
        awaitNothingHeld();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldRefuseByTheClaimedLengthBeforeReading(Door door) throws Exception {
    try (ServerFixture fixture = open(SMALL);
        RawClient client = fixture.connect(door)) {
      client.request("PUT", "/", "Content-Length: 1048577", "Expect: 100-continue");
      RawClient.Response answer = client.response();
      assertEquals(413, answer.status());
      assertTrue(answer.text().contains("1048577") && answer.text().contains("1048576"));
      assertNull(read.get());
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldNotAllocateWhatIsOnlyClaimed(Door door) throws Exception {
    try (ServerFixture fixture = open(s -> s.withBodies(1 << 30, 2L << 30))) {
      try (RawClient client = fixture.connect(door)) {
        client.request("PUT", "/", "Content-Length: 1000000000").send("some");
        for (int i = 0; i < 200 && inFlight.held() == 0; i++) {
          Thread.sleep(10);
        }
        assertEquals(5 * 64 * 1024, inFlight.held());
      }
      awaitNothingHeld();
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldRefuseAChunkedBodyOnceItIsTooLarge(Door door) throws Exception {
    try (ServerFixture fixture = open(SMALL);
        RawClient client = fixture.connect(door)) {
      client.request("PUT", "/", "Transfer-Encoding: chunked");
      client.send(chunked(random(2 * MAX_BYTES), 50_000));
      RawClient.Response answer = client.response();
      assertEquals(413, answer.status());
      assertTrue(answer.text().contains("1048576"), answer.text());
      assertEquals("close", answer.header("Connection"));
      assertTrue(client.endsWithin(Duration.ofSeconds(5)));
      awaitNothingHeld();
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldLetAClientThatSendsOnSeeTheRefusal(Door door) throws Exception {
    try (ServerFixture fixture = open(SMALL);
        RawClient client = fixture.connect(door)) {
      client.request("PUT", "/", "Content-Length: 20000000");
      client.send(random(20_000_000));
      assertEquals(413, client.response().status());
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldAskToComeBackWhenTooMuchIsUnderWay(Door door) throws Exception {
    try (ServerFixture fixture = open(SMALL);
        RawClient client = fixture.connect(door)) {
      assertTrue(inFlight.tryAcquire(3 << 20));
      client.request("PUT", "/", random(100));
      RawClient.Response answer = client.response();
      assertEquals(503, answer.status());
      assertNotNull(answer.header("Retry-After"));
      inFlight.release(3 << 20);
      assertEquals(200, fixture.ask(door, "PUT", "/", random(100)).status());
      awaitNothingHeld();
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldGiveBackWhatAnAbortedUploadHeld(Door door) throws Exception {
    try (ServerFixture fixture = open(SMALL)) {
      try (RawClient client = fixture.connect(door)) {
        client.request("PUT", "/", "Content-Length: 500000").send(random(200_000));
        for (int i = 0; i < 200 && inFlight.held() < 200_000; i++) {
          Thread.sleep(10);
        }
        assertTrue(inFlight.held() >= 200_000);
      }
      awaitNothingHeld();
      assertNull(read.get());
      for (int i = 0; i < 500 && node.blobs() != 0; i++) {
        Thread.sleep(10);
      }
      assertEquals(0, node.blobs(), "what was sent is forgotten");
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldGiveUpABodyThatStalls(Door door) throws Exception {
    try (ServerFixture fixture =
            open(s -> s.withTimeouts(Duration.ofSeconds(9), Duration.ofMillis(500), 0));
        RawClient client = fixture.connect(door)) {
      client.request("PUT", "/", "Content-Length: 500000").send(random(70_000));
      assertTrue(client.endsWithin(Duration.ofSeconds(5)));
      awaitNothingHeld();
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldGiveUpABodyThatTrickles(Door door) throws Exception {
    try (ServerFixture fixture =
            open(s -> s.withTimeouts(Duration.ofMillis(500), Duration.ofSeconds(20), 1000));
        RawClient client = fixture.connect(door)) {
      client.request("PUT", "/", "Content-Length: 500000");
      boolean ended = false;
      for (int i = 0; i < 50 && !ended; i++) {
        try {
          client.send("x");
          ended = client.endsWithin(Duration.ofMillis(100));
        } catch (IOException e) {
          ended = true;
        }
      }
      assertTrue(ended);
      awaitNothingHeld();
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldInviteTheBodyOfAClientThatWaitsForIt(Door door) throws Exception {
    try (ServerFixture fixture = open(SMALL);
        RawClient client = fixture.connect(door)) {
      client.request("PUT", "/", "Content-Length: 3", "Expect: 100-continue");
      assertEquals(100, client.response().status());
      client.send("abc");
      assertEquals(200, client.response().status());
      assertArrayEquals("abc".getBytes(StandardCharsets.UTF_8), read.get());
    }
  }

  private ServerFixture open(UnaryOperator<HttpSettings> change) throws IOException {
    HttpSettings settings = change.apply(ServerFixture.settings(List.of(ServerFixture.freePort())));
    BodyReader bodies = new BodyReader(settings, node, inFlight);
    HttpHandler handler =
        exchange ->
            exchange.dispatch(
                SameThreadExecutor.INSTANCE,
                () ->
                    bodies.read(
                        exchange,
                        NAME,
                        value -> {
                          read.set(node.bytes(value));
                          exchange
                              .getResponseSender()
                              .send(ByteBuffer.wrap("ok".getBytes(StandardCharsets.UTF_8)));
                        }));
    return ServerFixture.open(change, handler);
  }

  private void awaitNothingHeld() throws InterruptedException {
    for (int i = 0; i < 500 && inFlight.held() != 0; i++) {
      Thread.sleep(10);
    }
    assertEquals(0, inFlight.held());
  }

  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  private static byte[] chunked(byte[] body, int chunk) {
    java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
    for (int at = 0; at < body.length; at += chunk) {
      int size = Math.min(chunk, body.length - at);
      out.writeBytes((Integer.toHexString(size) + "\r\n").getBytes(StandardCharsets.UTF_8));
      out.write(body, at, size);
      out.writeBytes("\r\n".getBytes(StandardCharsets.UTF_8));
    }
    out.writeBytes("0\r\n\r\n".getBytes(StandardCharsets.UTF_8));
    return out.toByteArray();
  }
}
