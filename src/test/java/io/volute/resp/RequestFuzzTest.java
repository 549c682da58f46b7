package io.volute.resp;

import io.volute.listen.BytesInFlight;
import io.volute.testing.Fuzzing;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Requests of RESP mean the same however the network cuts them, and nothing stays charged. */
public final class RequestFuzzTest {
  private static final int MAX_VALUE = 1000;
  private static final long BUDGET = 1 << 20;

  /** For {@code scripts/jazzer}. */
  public static void fuzzerTestOneInput(byte[] input) {
    List<String> whole = parse(input, input.length + 1);
    List<String> inSevens = parse(input, 7);
    List<String> inOnes = parse(input, 1);
    if (!whole.equals(inSevens) || !whole.equals(inOnes)) {
      throw new AssertionError(whole + " but in parts " + inSevens + " and " + inOnes);
    }
  }

  private static List<String> parse(byte[] input, int step) {
    BytesInFlight inFlight = new BytesInFlight(BUDGET);
    RequestParser parser = new RequestParser(MAX_VALUE, inFlight);
    List<String> seen = new ArrayList<>();
    try {
      for (int from = 0; from < input.length; from += step) {
        ByteBuffer part = ByteBuffer.wrap(input, from, Math.min(step, input.length - from));
        RequestParser.Request request;
        while ((request = parser.next(part)) != null) {
          StringBuilder words = new StringBuilder();
          for (byte[] word : request.arguments()) {
            words.append('[').append(new String(word, StandardCharsets.ISO_8859_1)).append(']');
          }
          seen.add(words.toString());
          inFlight.release(request.charged());
        }
      }
    } catch (ProtocolException e) {
      seen.add("refused: " + e.getMessage());
    }
    parser.discard();
    if (inFlight.held() != 0) {
      throw new AssertionError(inFlight.held() + " bytes are still charged");
    }
    return seen;
  }

  @Test
  void shouldHoldForSeededInputs() {
    Fuzzing.run(
        RequestFuzzTest::fuzzerTestOneInput,
        "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$5\r\nva\r\ne\r\n*2\r\n$3\r\nGET\r\n$1\r\nk\r\n",
        "PING\r\nset k \"a \\x00 \\n\" 'b c'\r\n",
        "*1\r\n$4\r\nPING\r\n*0\r\n\r\n*1\r\n$0\r\n\r\n");
  }
}
