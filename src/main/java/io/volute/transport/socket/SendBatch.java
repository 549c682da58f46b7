package io.volute.transport.socket;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Datagrams that leave by one call of the system. Those of the same size in a row to the same
 * address are one message that the system cuts up (UDP segmentation offload).
 */
final class SendBatch {
  /** Into the socket. */
  interface Ways {
    /** Returns how many messages the system took, from the first; 0 or less for none. */
    int sendMany(long headers, int messages);

    /**
     * Returns how many bytes the socket took, 0 where it has no room.
     *
     * @throws IOException what the system has against the datagram
     */
    int sendOne(ByteBuffer datagram, SocketAddress to) throws IOException;
  }

  private static final int MAX_MESSAGES = 64;
  private static final int BUFFER_BYTES = 1 << 20;

  /** The system's limit for a message that it cuts up. */
  private static final int MAX_SEGMENTS = 64;

  private static final int MAX_MESSAGE_BYTES = 65_000;

  private final SystemAddresses addresses;
  private final UnsafeBuffer headers = allocate(MAX_MESSAGES * SystemLayout.MESSAGE_BYTES);
  private final UnsafeBuffer vectors = allocate(MAX_MESSAGES * SystemLayout.VECTOR_BYTES);
  private final UnsafeBuffer controls = allocate(MAX_MESSAGES * SystemLayout.CONTROL_BYTES);
  private final UnsafeBuffer names = allocate(MAX_MESSAGES * SystemAddresses.NAME_BYTES);
  private final ByteBuffer bytes =
      ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private final UnsafeBuffer content = new UnsafeBuffer(bytes);
  private final SocketAddress[] to = new SocketAddress[MAX_MESSAGES];
  private final int[] starts = new int[MAX_MESSAGES];
  private final int[] lengths = new int[MAX_MESSAGES];
  private final int[] segmentBytes = new int[MAX_MESSAGES];
  private final int[] segments = new int[MAX_MESSAGES];
  private int messages;
  private int used;

  /** Off where the system does not cut up: datagrams are messages of their own then. */
  private boolean cutsUp = true;

  private boolean isFull;

  SendBatch(SystemAddresses addresses) {
    this.addresses = addresses;
    for (int i = 0; i < MAX_MESSAGES; i++) {
      int header = i * SystemLayout.MESSAGE_BYTES;
      headers.putLong(
          header + SystemLayout.NAME_OFFSET,
          names.addressOffset() + (long) i * SystemAddresses.NAME_BYTES);
      headers.putInt(header + SystemLayout.NAME_LENGTH_OFFSET, addresses.nameBytes());
      headers.putLong(
          header + SystemLayout.VECTORS_OFFSET,
          vectors.addressOffset() + (long) i * SystemLayout.VECTOR_BYTES);
      headers.putLong(header + SystemLayout.VECTOR_COUNT_OFFSET, 1);
      int control = i * SystemLayout.CONTROL_BYTES;
      controls.putLong(control, SystemLayout.CONTROL_HEAD_BYTES + Short.BYTES);
      controls.putInt(control + SystemLayout.CONTROL_LEVEL_OFFSET, SystemLayout.SOL_UDP);
      controls.putInt(control + SystemLayout.CONTROL_TYPE_OFFSET, SystemLayout.UDP_SEGMENT);
    }
  }

  static UnsafeBuffer allocate(int bytes) {
    return new UnsafeBuffer(ByteBuffer.allocateDirect(bytes));
  }

  boolean isEmpty() {
    return messages == 0;
  }

  /** Puts a datagram in; false when there is no room, or its address is none of this socket's. */
  boolean add(ByteBuffer datagram, SocketAddress receiver) {
    int length = datagram.limit();
    if (used + length > BUFFER_BYTES) {
      return false;
    }
    if (!joins(length, receiver)) {
      if (messages == MAX_MESSAGES
          || !addresses.write(receiver, names, messages * SystemAddresses.NAME_BYTES)) {
        return false;
      }
      to[messages] = receiver;
      starts[messages] = used;
      lengths[messages] = 0;
      segmentBytes[messages] = length;
      segments[messages] = 0;
      messages++;
    }
    content.putBytes(used, datagram, 0, length);
    used += length;
    lengths[messages - 1] += length;
    segments[messages - 1]++;
    return true;
  }

  /** All segments of a message are of one size, but the last one may be smaller. */
  private boolean joins(int length, SocketAddress receiver) {
    int last = messages - 1;
    return cutsUp
        && last >= 0
        && receiver.equals(to[last])
        && length <= segmentBytes[last]
        && lengths[last] == segments[last] * segmentBytes[last]
        && segments[last] < MAX_SEGMENTS
        && lengths[last] + length <= MAX_MESSAGE_BYTES;
  }

  /** Writes the system's structures for what was added. */
  private void prepare() {
    for (int i = 0; i < messages; i++) {
      int vector = i * SystemLayout.VECTOR_BYTES;
      vectors.putLong(vector, content.addressOffset() + starts[i]);
      vectors.putLong(vector + SystemLayout.VECTOR_LENGTH_OFFSET, lengths[i]);
      int header = i * SystemLayout.MESSAGE_BYTES;
      int control = i * SystemLayout.CONTROL_BYTES;
      boolean many = segments[i] > 1;
      headers.putLong(
          header + SystemLayout.CONTROL_OFFSET, many ? controls.addressOffset() + control : 0);
      headers.putLong(
          header + SystemLayout.CONTROL_LENGTH_OFFSET, many ? SystemLayout.CONTROL_BYTES : 0);
      controls.putShort(control + SystemLayout.CONTROL_HEAD_BYTES, (short) segmentBytes[i]);
    }
  }

  /** The structure of a message. */
  private long header(int message) {
    return headers.addressOffset() + (long) message * SystemLayout.MESSAGE_BYTES;
  }

  /**
   * Sends all, and what the system does not take as it is one by one, which also tells why. A
   * socket without room for one has none for what comes behind it: that is lost without asking for
   * each.
   *
   * @return how many datagrams were lost
   */
  int sendBy(Ways ways) {
    prepare();
    int done = 0;
    int lost = 0;
    isFull = false;
    while (done < messages && !isFull) {
      int taken = ways.sendMany(header(done), messages - done);
      if (taken > 0) {
        done += taken;
      } else {
        lost += sendOneByOne(ways, done);
        done++;
      }
    }
    while (done < messages) {
      lost += segments[done++];
    }
    clear();
    return lost;
  }

  /** Returns how many datagrams of the message were lost. */
  private int sendOneByOne(Ways ways, int message) {
    int lost = 0;
    for (int segment = 0; segment < segments[message]; segment++) {
      try {
        if (ways.sendOne(segment(message, segment), to[message]) == 0) {
          isFull = true;
          return lost + segments[message] - segment;
        }
      } catch (IOException e) {
        lost++;
      }
    }
    if (lost == 0 && segments[message] > 1) {
      // It was the cutting up: such as over a tunnel that knows no segmentation.
      cutsUp = false;
    }
    return lost;
  }

  /** One datagram of a message, lent until the next call. */
  private ByteBuffer segment(int message, int segment) {
    int offset = segment * segmentBytes[message];
    int start = starts[message] + offset;
    int length = Math.min(segmentBytes[message], lengths[message] - offset);
    return bytes.clear().position(start).limit(start + length);
  }

  private void clear() {
    Arrays.fill(to, 0, messages, null);
    messages = 0;
    used = 0;
  }
}
