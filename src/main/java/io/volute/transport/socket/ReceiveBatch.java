package io.volute.transport.socket;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Datagrams that came by one call of the system. Several of one sender may have come as one message
 * (UDP receive offload), which is taken apart here.
 */
final class ReceiveBatch {
  static final int MAX_MESSAGES = 32;

  /** The largest message; only what datagrams fill of it is ever touched. */
  private static final int SLOT_BYTES = 1 << 16;

  private final SystemAddresses addresses;
  private final UnsafeBuffer headers =
      SendBatch.allocate(MAX_MESSAGES * SystemLayout.MESSAGE_BYTES);
  private final UnsafeBuffer vectors = SendBatch.allocate(MAX_MESSAGES * SystemLayout.VECTOR_BYTES);
  private final UnsafeBuffer controls =
      SendBatch.allocate(MAX_MESSAGES * SystemLayout.CONTROL_BYTES);
  private final UnsafeBuffer names = SendBatch.allocate(MAX_MESSAGES * SystemAddresses.NAME_BYTES);
  private final UnsafeBuffer content = SendBatch.allocate(MAX_MESSAGES * SLOT_BYTES);
  private int messages;
  private int message;
  private int position;
  private int length;
  private int segmentBytes;

  ReceiveBatch(SystemAddresses addresses) {
    this.addresses = addresses;
    for (int i = 0; i < MAX_MESSAGES; i++) {
      int vector = i * SystemLayout.VECTOR_BYTES;
      vectors.putLong(vector, content.addressOffset() + (long) i * SLOT_BYTES);
      vectors.putLong(vector + SystemLayout.VECTOR_LENGTH_OFFSET, SLOT_BYTES);
      int header = i * SystemLayout.MESSAGE_BYTES;
      headers.putLong(
          header + SystemLayout.NAME_OFFSET,
          names.addressOffset() + (long) i * SystemAddresses.NAME_BYTES);
      headers.putLong(header + SystemLayout.VECTORS_OFFSET, vectors.addressOffset() + vector);
      headers.putLong(header + SystemLayout.VECTOR_COUNT_OFFSET, 1);
      headers.putLong(
          header + SystemLayout.CONTROL_OFFSET,
          controls.addressOffset() + (long) i * SystemLayout.CONTROL_BYTES);
    }
  }

  /** Makes the system's structures ready to be filled; returns where they are. */
  long prepare() {
    for (int i = 0; i < MAX_MESSAGES; i++) {
      int header = i * SystemLayout.MESSAGE_BYTES;
      headers.putInt(header + SystemLayout.NAME_LENGTH_OFFSET, addresses.nameBytes());
      headers.putLong(header + SystemLayout.CONTROL_LENGTH_OFFSET, SystemLayout.CONTROL_BYTES);
      headers.putInt(header + SystemLayout.FLAGS_OFFSET, 0);
    }
    return headers.addressOffset();
  }

  /** So many messages have come. */
  void filled(int count) {
    messages = count;
    message = 0;
    open();
  }

  private void open() {
    if (message == messages) {
      return;
    }
    int header = message * SystemLayout.MESSAGE_BYTES;
    position = 0;
    length = headers.getInt(header + SystemLayout.TRANSFERRED_OFFSET);
    segmentBytes = Math.max(1, length);
    int control = message * SystemLayout.CONTROL_BYTES;
    boolean isCutUp =
        headers.getLong(header + SystemLayout.CONTROL_LENGTH_OFFSET)
                >= SystemLayout.CONTROL_HEAD_BYTES + Integer.BYTES
            && controls.getInt(control + SystemLayout.CONTROL_LEVEL_OFFSET) == SystemLayout.SOL_UDP
            && controls.getInt(control + SystemLayout.CONTROL_TYPE_OFFSET) == SystemLayout.UDP_GRO;
    if (isCutUp) {
      segmentBytes = Math.max(1, controls.getInt(control + SystemLayout.CONTROL_HEAD_BYTES));
    }
  }

  boolean isEmpty() {
    return message == messages;
  }

  /** Takes the next datagram out; returns who sent it. */
  InetSocketAddress take(ByteBuffer datagram) {
    int bytes = Math.min(Math.min(segmentBytes, length - position), datagram.capacity());
    datagram.clear();
    content.getBytes(message * SLOT_BYTES + position, datagram, 0, bytes);
    datagram.limit(bytes);
    InetSocketAddress from = addresses.read(names, message * SystemAddresses.NAME_BYTES);
    position += segmentBytes;
    if (position >= length) {
      message++;
      open();
    }
    return from;
  }
}
