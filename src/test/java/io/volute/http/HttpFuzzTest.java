package io.volute.http;

import io.volute.testing.Fuzzing;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Parameters of HTTP are read, or refused in one line; the framing of requests is seen in the same
 * way however the network cuts them.
 */
public final class HttpFuzzTest {
  private static final List<String> ALLOWED =
      List.of("name", "version", "ttl", "w", "mirrors", "copies", "timeout", "limit", "prefix");

  /** For {@code scripts/jazzer}. */
  public static void fuzzerTestOneInput(byte[] input) {
    String text = new String(input, StandardCharsets.ISO_8859_1);
    try {
      readAll(QueryParameters.parse(text, ALLOWED));
    } catch (BadRequestException e) {
      check(!ErrorAnswer.oneLine(e.getMessage()).isBlank(), "no reason for " + text);
      check(e.status() >= 400 && e.status() < 500, "status " + e.status() + " for " + text);
    }
    long whole = scan(input, input.length + 1);
    check(whole == scan(input, 1) && whole == scan(input, 5), "framing depends on the cuts");
  }

  private static void readAll(QueryParameters query) throws BadRequestException {
    CommandReader.name(query);
    CommandReader.version(query);
    CommandReader.timeToLiveMillis(query);
    CommandReader.level(query, "w");
    CommandReader.mirrors(query);
    CommandReader.durationMillis(query, "timeout", 600_000);
    query.number("limit", 1, 1000, "1 to 1000");
    query.bytes("prefix");
  }

  /** Where the scanner stops, or -1. */
  private static long scan(byte[] input, int step) {
    FramingScanner scanner = new FramingScanner();
    for (int from = 0; from < input.length; from += step) {
      int end = Math.min(input.length, from + step);
      int at = scanner.scan(ByteBuffer.wrap(input).position(end), from);
      if (at >= 0) {
        check(!scanner.problem().isEmpty() && scanner.status() >= 400, "no reason at " + at);
        return at;
      }
    }
    return -1;
  }

  private static void check(boolean holds, String problem) {
    if (!holds) {
      throw new AssertionError(problem);
    }
  }

  @Test
  void shouldHoldForSeededInputs() {
    Fuzzing.run(
        HttpFuzzTest::fuzzerTestOneInput,
        "name=a%2Fb+c&version=AQDvpQ&ttl=5s&w=quorum&mirrors=3",
        "name=%C3%A9&timeout=10ms&limit=12&prefix=%00&copies=0",
        "GET /read?name=a HTTP/1.1\r\nHost: localhost\r\n\r\nGET / HTTP/1.0\r\n\r\n",
        "POST /write?name=a HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcPOST / HTTP/1.1\r\n",
        "PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\nA: b\r\n\r\nGET",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\u0000\u0000");
  }
}
