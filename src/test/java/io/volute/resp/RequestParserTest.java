package io.volute.resp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.listen.BytesInFlight;
import io.volute.testing.Generator;
import io.volute.testing.Seeds;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Requests in any pieces, and bytes that are none. */
final class RequestParserTest {
  private static final int MAX_VALUE = 100_000;
  private static final long BUDGET = 1 << 20;
  private static final String TWO_REQUESTS =
      new String(RespClient.request("SET", "k", "v\r\n\0x"), StandardCharsets.ISO_8859_1)
          + "\r\n  get  'a b' \"\\x00\" \r\n*1\r\n$0\r\n\r\n";
  private static final List<List<String>> WORDS_OF_TWO_REQUESTS =
      List.of(List.of("SET", "k", "v\r\n\0x"), List.of("get", "a b", "\0"), List.of(""));

  private final BytesInFlight inFlight = new BytesInFlight(BUDGET);

  /** What came of some bytes: the words of each request, and how it ended. */
  private record Outcome(List<List<String>> requests, String failure) {}

  private Outcome parse(byte[] bytes, int... cuts) {
    RequestParser parser = new RequestParser(MAX_VALUE, inFlight);
    List<List<String>> requests = new ArrayList<>();
    String failure = "";
    try {
      int from = 0;
      for (int i = 0; i <= cuts.length; i++) {
        int to = i == cuts.length ? bytes.length : cuts[i];
        ByteBuffer part = ByteBuffer.wrap(bytes, from, to - from);
        RequestParser.Request request;
        while ((request = parser.next(part)) != null) {
          requests.add(
              request.arguments().stream()
                  .map(word -> new String(word, StandardCharsets.ISO_8859_1))
                  .toList());
          inFlight.release(request.charged());
        }
        from = to;
      }
    } catch (ProtocolException e) {
      failure = e.getMessage();
    }
    parser.discard();
    assertEquals(0, inFlight.held(), "all that was charged is given back");
    return new Outcome(requests, failure);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void shouldReadTheSameWhereverTheBytesAreCut() {
    byte[] all = bytes(TWO_REQUESTS);
    Outcome whole = new Outcome(WORDS_OF_TWO_REQUESTS, "");
    for (int first = 0; first <= all.length; first++) {
      for (int second = first; second <= all.length; second++) {
        assertEquals(whole, parse(all, first, second), "cut at " + first + " and " + second);
      }
    }
  }

  @Test
  void shouldReadLargeArgumentsInPieces() {
    String value = "x".repeat(MAX_VALUE);
    byte[] all = bytes("*1\r\n$" + MAX_VALUE + "\r\n" + value + "\r\n");
    assertEquals(List.of(List.of(value)), parse(all, 10, 20_000, 40_001).requests());
  }

  @Test
  void shouldRefuseWhenABoundIsPassed() {
    assertTrue(parse(bytes("*1\r\n$100001\r\n")).failure().contains("at most 100000 bytes"));
    assertTrue(parse(bytes("*16385\r\n")).failure().contains("at most 16384 arguments"));
    assertTrue(parse(bytes("x".repeat(65_537))).failure().contains("at most 65536 bytes"));
    String many = "*16384\r\n" + ("$90000\r\n" + "x".repeat(90_000) + "\r\n").repeat(12);
    assertTrue(parse(bytes(many)).failure().contains("too many bytes"));
  }

  @Test
  void shouldReadOrRefuseAlikeWhereverRandomBytesAreCut() {
    Seeds.check(
        20_000,
        random -> {
          byte[] bytes = new byte[random.below(64)];
          for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) random.below(256);
          }
          checkCutsDoNotMatter(bytes, random);
        });
  }

  @Test
  void shouldReadOrRefuseAlikeWhereverMutatedRequestsAreCut() {
    Seeds.check(
        20_000,
        random -> {
          byte[] bytes = bytes(TWO_REQUESTS);
          for (int i = random.below(4); i >= 0; i--) {
            byte[] letters = bytes("*$0123456789-\r\n'\"\\x \0" + (char) random.below(256));
            bytes[random.below(bytes.length)] = letters[random.below(letters.length)];
          }
          checkCutsDoNotMatter(bytes, random);
        });
  }

  private void checkCutsDoNotMatter(byte[] bytes, Generator random) {
    int first = random.below(bytes.length + 1);
    int second = first + random.below(bytes.length + 1 - first);
    assertEquals(parse(bytes), parse(bytes, first, second));
  }
}
