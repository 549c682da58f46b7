package io.volute.transport.seal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class SealedTest {
  private static final int HEADER_BYTES = 24;
  private static final byte[] ONE = new byte[32];
  private static final byte[] OTHER = {1, 2, 3, 4, 5, 6, 7, 8};

  private final Sealed sender = new Sealed(SealForm.AES_GCM, ONE, OTHER, 10);
  private final Sealed receiver = new Sealed(SealForm.AES_GCM, OTHER, ONE, 10);

  private static ByteBuffer datagram(String content) {
    ByteBuffer datagram = ByteBuffer.allocate(2000).order(ByteOrder.LITTLE_ENDIAN);
    datagram.position(HEADER_BYTES);
    datagram.put(content.getBytes(US_ASCII));
    return datagram.flip();
  }

  private static ByteBuffer copy(ByteBuffer datagram) {
    ByteBuffer copy = ByteBuffer.allocate(2000).order(ByteOrder.LITTLE_ENDIAN);
    return copy.put(datagram.duplicate()).flip();
  }

  private ByteBuffer sealed(long number) {
    return copy(sender.seal(datagram("hello"), HEADER_BYTES, number));
  }

  @Test
  void shouldOpenWhatWasSealedAndNothingElse() {
    ByteBuffer sealed = sealed(7);
    assertEquals(HEADER_BYTES + 5 + sender.overheadBytes(), sealed.limit());
    for (int i = 0; i < sealed.limit(); i++) {
      ByteBuffer changed = copy(sealed);
      changed.put(i, (byte) (changed.get(i) ^ 1));
      assertNull(receiver.open(changed, HEADER_BYTES, 7), "byte " + i);
    }
    assertNull(receiver.open(copy(sealed), HEADER_BYTES, 8), "another number");
    for (int length = HEADER_BYTES; length < sealed.limit(); length++) {
      assertNull(receiver.open(copy(sealed).limit(length), HEADER_BYTES, 7), "cut");
    }

    ByteBuffer opened = receiver.open(sealed, HEADER_BYTES, 7);

    assertEquals(HEADER_BYTES + 5, opened.limit());
    assertEquals('h', opened.get(HEADER_BYTES));
  }

  @Test
  void shouldNotShowWhatItCarries() {
    ByteBuffer sealed = sealed(1);
    assertNotEquals('h', sealed.get(HEADER_BYTES));
    assertNotEquals(sealed, sealed(2));
  }

  @Test
  void shouldChangeKeysAndStillOpenWhatWasOvertaken() {
    ByteBuffer late = null;
    byte lastPhase = 0;
    for (int number = 0; number < 1000; number++) {
      ByteBuffer sealed = sealed(number);
      if (number % 10 == 9) {
        late = sealed;
        continue;
      }
      lastPhase = sealed.get(Sealed.PHASE_OFFSET);
      assertNotNull(receiver.open(sealed, HEADER_BYTES, number), "number " + number);
      if (number % 10 == 2 && late != null) {
        assertNotNull(receiver.open(late, HEADER_BYTES, number - 3), "overtaken");
      }
    }
    assertEquals(99, lastPhase);
  }

  /** The ciphers make some objects for each datagram; none may grow with what it carries. */
  @Test
  void shouldAllocateNoArraysOfADatagramsLength() {
    int length = 60_000;
    Sealed near = new Sealed(SealForm.AES_GCM, ONE, OTHER, Sealed.PHASE_DATAGRAMS);
    Sealed far = new Sealed(SealForm.AES_GCM, OTHER, ONE, Sealed.PHASE_DATAGRAMS);
    ByteBuffer datagram =
        ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN).limit(HEADER_BYTES + length);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long self = Thread.currentThread().getId();
    long leastBytes = Long.MAX_VALUE;
    for (int number = 0; number < 50; number++) {
      long before = threads.getThreadAllocatedBytes(self);
      ByteBuffer opened = far.open(near.seal(datagram, HEADER_BYTES, number), HEADER_BYTES, number);
      leastBytes = Math.min(leastBytes, threads.getThreadAllocatedBytes(self) - before);
      assertNotNull(opened, "number " + number);
    }
    assertTrue(leastBytes < 8192, leastBytes + " bytes allocated to seal and open one");
  }
}
