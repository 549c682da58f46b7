package io.volute.transport.session;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

/** Which datagrams have arrived: ranges of numbers, from the highest to the lowest. Reused. */
final class AckFrame {
  static final int MAX_RANGES = 64;

  /** The type, the largest number, the delay, the number of ranges and the first one. */
  private static final int HEAD_BYTES = 1 + 4 * Varint.MAX_BYTES;

  private static final int RANGE_BYTES = 2 * Varint.MAX_BYTES;

  private final long[] starts = new long[MAX_RANGES];
  private final long[] ends = new long[MAX_RANGES];
  private int size;
  private long delayNanos;

  int size() {
    return size;
  }

  long start(int range) {
    return starts[range];
  }

  /** The number behind the last. */
  long end(int range) {
    return ends[range];
  }

  /** Whether it says that this datagram has arrived. */
  boolean covers(long number) {
    for (int range = 0; range < size; range++) {
      if (number >= starts[range]) {
        return number < ends[range];
      }
    }
    return false;
  }

  long largest() {
    return ends[0] - 1;
  }

  long delayNanos() {
    return delayNanos;
  }

  /**
   * Writes as many of the highest ranges as fit.
   *
   * @return whether any did
   */
  static boolean write(ByteBuffer out, int limit, LongRanges arrived, long delayNanos) {
    int room = limit - out.position() - HEAD_BYTES;
    if (room < 0 || arrived.isEmpty()) {
      return false;
    }
    int count = Math.min(Math.min(MAX_RANGES, arrived.size()), 1 + room / RANGE_BYTES);
    int index = arrived.size() - 1;
    out.put(FrameType.ACK);
    Varint.put(out, arrived.end(index) - 1);
    Varint.put(out, TimeUnit.NANOSECONDS.toMicros(Math.max(0, delayNanos)));
    Varint.put(out, count - 1);
    Varint.put(out, arrived.end(index) - arrived.start(index) - 1);
    for (int i = 1; i < count; i++) {
      index--;
      Varint.put(out, arrived.start(index + 1) - arrived.end(index) - 1);
      Varint.put(out, arrived.end(index) - arrived.start(index) - 1);
    }
    return true;
  }

  /**
   * Reads what follows the type.
   *
   * @return false when it is malformed
   */
  boolean read(ByteBuffer in) {
    long largest = Varint.get(in);
    long delayMicros = Varint.get(in);
    long more = Varint.get(in);
    if (largest < 0 || delayMicros < 0 || more < 0 || more >= MAX_RANGES) {
      return false;
    }
    delayNanos = TimeUnit.MICROSECONDS.toNanos(delayMicros);
    size = 0;
    long end = largest + 1;
    for (long i = 0; i <= more; i++) {
      if (i > 0) {
        long gap = Varint.get(in);
        if (gap < 0 || gap >= end) {
          return false;
        }
        end -= gap + 1;
      }
      long length = Varint.get(in);
      if (length < 0 || length >= end) {
        return false;
      }
      ends[size] = end;
      starts[size] = end - length - 1;
      end = starts[size];
      size++;
    }
    return true;
  }
}
