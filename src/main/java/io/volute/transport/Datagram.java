package io.volute.transport;

import io.volute.identity.NodeId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * The layout of a datagram. Numbers are little-endian; see {@code docs/internals/wire.md}.
 *
 * <pre>
 *   0  magic            4 bytes
 *   4  CRC32C           4 bytes, of all that follows
 *   8  wire version     1 byte
 *   9  flags            1 byte, 0
 *  10  sender length    1 byte, 1 to 64
 *  11  receiver length  1 byte, 1 to 64
 *  12  session          8 bytes: random, new with each start of the sender
 *  20  sender id, then receiver id, then messages until the end:
 *      length           2 bytes, 1 and up
 *      message          that many bytes
 * </pre>
 *
 * <p>The magic and the version stay where they are in every later version; the checksum comes after
 * both of them in the order of checks, so that another version may place it elsewhere.
 */
public final class Datagram {
  /** What fits into one UDP datagram over IPv4; IPv6 has room for 20 more. */
  public static final int MAX_BYTES = 65_507;

  /**
   * Small messages to one member share a datagram up to this size: what passes an Ethernet path
   * with room for a tunnel's headers, so that it is not fragmented.
   */
  public static final int COALESCED_BYTES = 1400;

  /**
   * The largest value that fits into any message, whatever comes with it: the longest name, content
   * type and contexts, and a {@code Matches} condition of {@code WireLimits.ASSURED_MATCHES_BYTES}.
   */
  public static final int MAX_VALUE_BYTES = 56 * 1024;

  /** The first bytes of a plain datagram. */
  public static final int MAGIC = 0x544C_4F56; // "VOLT" in the order of bytes

  /** The first bytes of a datagram of reliable mode, whose layout is another. */
  public static final int RELIABLE_MAGIC = 0x524C_4F56; // "VOLR"

  /** As receiver: whoever is there. No node has such a name; such a datagram has no messages. */
  static final byte[] ANYBODY = {'*'};

  static final byte WIRE_VERSION = 1;

  static final int MAGIC_OFFSET = 0;
  static final int CHECKSUM_OFFSET = 4;
  static final int VERSION_OFFSET = 8;
  static final int FLAGS_OFFSET = 9;
  static final int SENDER_LENGTH_OFFSET = 10;
  static final int RECEIVER_LENGTH_OFFSET = 11;
  static final int SESSION_OFFSET = 12;
  static final int IDS_OFFSET = 20;

  static final int LENGTH_FIELD_BYTES = 2;
  static final int MAX_HEADER_BYTES = IDS_OFFSET + 2 * NodeId.MAX_LENGTH;

  /** The largest message that fits, in the codec's form, whatever the names of the two members. */
  static final int MAX_MESSAGE_BYTES = MAX_BYTES - MAX_HEADER_BYTES - LENGTH_FIELD_BYTES;

  private Datagram() {}

  /** An empty buffer for datagrams; outside the heap, from where the socket takes no copy. */
  static ByteBuffer allocate(int capacityBytes) {
    return ByteBuffer.allocateDirect(capacityBytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  static byte[] idBytes(NodeId node) {
    return node.text().getBytes(StandardCharsets.US_ASCII);
  }

  /** Starts a datagram: writes all but the checksum, and leaves the position behind the header. */
  static void begin(ByteBuffer datagram, long session, byte[] sender, byte[] receiver) {
    datagram.clear();
    datagram.putInt(MAGIC_OFFSET, MAGIC);
    datagram.put(VERSION_OFFSET, WIRE_VERSION);
    datagram.put(FLAGS_OFFSET, (byte) 0);
    datagram.put(SENDER_LENGTH_OFFSET, (byte) sender.length);
    datagram.put(RECEIVER_LENGTH_OFFSET, (byte) receiver.length);
    datagram.putLong(SESSION_OFFSET, session);
    datagram.position(IDS_OFFSET).put(sender).put(receiver);
  }

  static void append(ByteBuffer datagram, byte[] bytes, int offset, int length) {
    datagram.putShort((short) length);
    datagram.put(bytes, offset, length);
  }

  /** Ends a datagram: writes the checksum, and leaves the buffer ready to be sent. */
  static void seal(ByteBuffer datagram, CRC32C scratch) {
    datagram.flip();
    datagram.putInt(CHECKSUM_OFFSET, checksum(datagram, scratch));
  }

  /** The checksum of a datagram that ends at the buffer's limit; leaves the position at 0. */
  static int checksum(ByteBuffer datagram, CRC32C scratch) {
    scratch.reset();
    datagram.position(VERSION_OFFSET);
    scratch.update(datagram);
    datagram.position(0);
    return (int) scratch.getValue();
  }

  static int magic(ByteBuffer datagram) {
    return datagram.getInt(MAGIC_OFFSET);
  }

  static int checksum(ByteBuffer datagram) {
    return datagram.getInt(CHECKSUM_OFFSET);
  }

  static byte version(ByteBuffer datagram) {
    return datagram.get(VERSION_OFFSET);
  }

  static byte flags(ByteBuffer datagram) {
    return datagram.get(FLAGS_OFFSET);
  }

  static boolean isCall(ByteBuffer datagram) {
    return receiverLength(datagram) == 1 && datagram.get(receiverOffset(datagram)) == ANYBODY[0];
  }

  static int senderLength(ByteBuffer datagram) {
    return datagram.get(SENDER_LENGTH_OFFSET) & 0xff;
  }

  static int receiverLength(ByteBuffer datagram) {
    return datagram.get(RECEIVER_LENGTH_OFFSET) & 0xff;
  }

  static long session(ByteBuffer datagram) {
    return datagram.getLong(SESSION_OFFSET);
  }

  static int receiverOffset(ByteBuffer datagram) {
    return IDS_OFFSET + senderLength(datagram);
  }

  static int messagesOffset(ByteBuffer datagram) {
    return receiverOffset(datagram) + receiverLength(datagram);
  }
}
