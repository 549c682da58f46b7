package io.volute.transport.seal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.volute.transport.seal.ClusterKeys.MalformedKeysException;
import org.junit.jupiter.api.Test;

class ClusterKeysTest {
  private static final String ONE = "1".repeat(32);
  private static final String TWO = "2".repeat(40);

  @Test
  void shouldTakeEachLineOfATextAsAKey() throws MalformedKeysException {
    assertEquals(1, parse(ONE).keys().size());
    ClusterKeys both = parse("\n " + ONE + " \r\n\n" + TWO + "\n");

    assertArrayEquals(ONE.getBytes(US_ASCII), both.keys().get(0));
    assertArrayEquals(TWO.getBytes(US_ASCII), both.keys().get(1));
  }

  @Test
  void shouldTakeBytesAsOneKey() throws MalformedKeysException {
    byte[] bytes = new byte[64];
    bytes[40] = '\n';
    assertArrayEquals(bytes, ClusterKeys.parse(bytes).keys().get(0));
  }

  @Test
  void shouldRefuseKeysThatAreTooShortOrTooMany() {
    for (String text : new String[] {"", "\n", "short-secret", ONE + "\nshort-secret"}) {
      String message = assertThrows(MalformedKeysException.class, () -> parse(text)).getMessage();
      assertFalse(message.contains("short-secret"), message);
    }
    String three = ONE + "\n" + TWO + "\n" + ONE;
    assertThrows(MalformedKeysException.class, () -> parse(three));
    assertThrows(MalformedKeysException.class, () -> ClusterKeys.parse(new byte[31]));
  }

  private static ClusterKeys parse(String text) throws MalformedKeysException {
    return ClusterKeys.parse(text.getBytes(US_ASCII));
  }
}
