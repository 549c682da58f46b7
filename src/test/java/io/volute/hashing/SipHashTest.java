package io.volute.hashing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class SipHashTest {
  private static byte[] counting(int bytes) {
    byte[] counting = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      counting[i] = (byte) i;
    }
    return counting;
  }

  @Test
  void shouldGiveTheAuthorsVectorsWhenMessageIsWholeWords() {
    // Of the reference implementation: key 00 01 … 0f, messages 00 01 … of 16 and of 24 bytes.
    SipHash hash = new SipHash(counting(SipHash.KEY_BYTES));
    ByteBuffer words = ByteBuffer.wrap(counting(24)).order(ByteOrder.LITTLE_ENDIAN);
    assertEquals(0x3F2ACC7F57C29BDBL, hash.of(words.getLong(0), words.getLong(8)));
    assertEquals(
        0xB8AD50C6F649AF94L, hash.of(words.getLong(0), words.getLong(8), words.getLong(16)));
  }

  @Test
  void shouldRefuseKeyWhenItHasAnotherLength() {
    assertThrows(IllegalArgumentException.class, () -> new SipHash(new byte[15]));
  }
}
