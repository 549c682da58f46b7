package io.volute.transport;

import io.volute.codec.MessageEncoder;
import io.volute.identity.Endpoint;
import io.volute.message.Message;
import java.util.Arrays;

/**
 * The messages of one turn, encoded, in the order in which they were sent. Bounded: what goes
 * beyond is lost, as it would be in the socket's buffer. For one thread.
 */
final class Pending {
  static final int MAX_MESSAGES = 1 << 16;
  static final int MAX_BYTES = 8 << 20;

  private static final int FIRST_MESSAGES = 64;
  private static final int FIRST_BYTES = 1 << 16;

  private final MessageEncoder encoder = new MessageEncoder(Datagram.MAX_MESSAGE_BYTES);
  private final TransportCounters counters;

  private Endpoint[] to = new Endpoint[FIRST_MESSAGES];
  private int[] offsets = new int[FIRST_MESSAGES];
  private int[] lengths = new int[FIRST_MESSAGES];
  private byte[] bytes = new byte[FIRST_BYTES];
  private int size;
  private int usedBytes;
  private Message last;

  Pending(TransportCounters counters) {
    this.counters = counters;
  }

  void add(Endpoint receiver, Message message) {
    if (size == MAX_MESSAGES) {
      counters.increment(TransportCounter.LOST_PENDING_FULL);
      return;
    }
    ensureRoomForEntry();
    // A change goes to all owners of its key in a row: it is encoded for the first only.
    if (message == last) {
      offsets[size] = offsets[size - 1];
      lengths[size] = lengths[size - 1];
    } else if (!encode(message)) {
      return;
    }
    to[size++] = receiver;
    last = message;
  }

  private boolean encode(Message message) {
    int length = encoder.encode(message);
    if (length == MessageEncoder.UNENCODABLE) {
      counters.increment(TransportCounter.LOST_UNENCODABLE);
      return false;
    }
    if (usedBytes + length > MAX_BYTES) {
      counters.increment(TransportCounter.LOST_PENDING_FULL);
      return false;
    }
    if (usedBytes + length > bytes.length) {
      bytes =
          Arrays.copyOf(bytes, Math.min(MAX_BYTES, Integer.highestOneBit(usedBytes + length) * 2));
    }
    System.arraycopy(encoder.bytes(), 0, bytes, usedBytes, length);
    offsets[size] = usedBytes;
    lengths[size] = length;
    usedBytes += length;
    return true;
  }

  private void ensureRoomForEntry() {
    if (size == to.length) {
      to = Arrays.copyOf(to, 2 * size);
      offsets = Arrays.copyOf(offsets, 2 * size);
      lengths = Arrays.copyOf(lengths, 2 * size);
    }
  }

  int size() {
    return size;
  }

  Endpoint to(int index) {
    return to[index];
  }

  /** What {@link #offset} and {@link #length} point into. */
  byte[] bytes() {
    return bytes;
  }

  int offset(int index) {
    return offsets[index];
  }

  int length(int index) {
    return lengths[index];
  }

  void clear() {
    Arrays.fill(to, 0, size, null);
    size = 0;
    usedBytes = 0;
    last = null;
  }
}
