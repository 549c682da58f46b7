package io.volute.transport.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.testing.Seeds;
import java.nio.ByteBuffer;
import java.util.BitSet;
import org.junit.jupiter.api.Test;

class LongRangesTest {
  private static final int NUMBERS = 120;

  @Test
  void shouldHoldWhatASetOfBitsHolds() {
    Seeds.check(
        500,
        random -> {
          LongRanges ranges = new LongRanges();
          BitSet bits = new BitSet();
          for (int i = 0; i < 60; i++) {
            int start = random.below(NUMBERS);
            int end = start + 1 + random.below(8);
            int before = bits.cardinality();
            bits.set(start, end);
            assertEquals(bits.cardinality() - before, ranges.add(start, end));
            assertSame(bits, ranges);
          }
        });
  }

  private static void assertSame(BitSet bits, LongRanges ranges) {
    for (int number = 0; number < NUMBERS + 10; number++) {
      assertEquals(bits.get(number), ranges.contains(number));
      assertEquals(bits.nextClearBit(number), ranges.firstMissing(number));
      int next = bits.nextSetBit(number);
      assertEquals(next < 0 ? Long.MAX_VALUE : next, ranges.firstPresent(number));
    }
    for (int i = 1; i < ranges.size(); i++) {
      assertTrue(ranges.end(i - 1) < ranges.start(i), "ranges that touch are one");
    }
  }

  @Test
  void shouldTellTheSameRangesInAnAcknowledgement() {
    Seeds.check(
        500,
        random -> {
          LongRanges arrived = new LongRanges();
          for (int i = 0; i < 1 + random.below(40); i++) {
            long start = random.between(0, 5000);
            arrived.add(start, start + 1 + random.below(50));
          }
          ByteBuffer frame = PacketLayout.allocate(1200);
          assertTrue(AckFrame.write(frame, 1200, arrived, 5000));
          frame.flip();
          assertEquals(FrameType.ACK, frame.get());
          AckFrame ack = new AckFrame();
          assertTrue(ack.read(frame));
          assertEquals(0, frame.remaining());
          assertEquals(Math.min(AckFrame.MAX_RANGES, arrived.size()), ack.size());
          for (int i = 0; i < ack.size(); i++) {
            assertEquals(arrived.start(arrived.size() - 1 - i), ack.start(i));
            assertEquals(arrived.end(arrived.size() - 1 - i), ack.end(i));
          }
        });
  }

  @Test
  void shouldReadTheNumbersThatItWrites() {
    Seeds.check(
        1000,
        random -> {
          long number = random.ofBits(63);
          ByteBuffer bytes = ByteBuffer.allocate(Varint.MAX_BYTES);
          Varint.put(bytes, number);
          assertEquals(Varint.sizeOf(number), bytes.position());
          assertEquals(number, Varint.get(bytes.flip()));
        });
    assertEquals(Varint.MALFORMED, Varint.get(ByteBuffer.allocate(0)));
    assertEquals(Varint.MALFORMED, Varint.get(ByteBuffer.wrap(new byte[] {-1})));
  }
}
