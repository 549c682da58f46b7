package io.volute.transport.session;

import io.volute.transport.Datagram;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The layout of the datagrams of reliable mode. Numbers are little-endian; see {@code
 * docs/internals/transport.md}.
 *
 * <pre>
 *   0  magic        4 bytes, "VOLR"
 *   4  version      1 byte
 *   5  type         1 byte: hello, welcome, data
 *   6  key phase    1 byte, in data; else 0
 *   7  0
 *   8  session      8 bytes: the receiver's id of it; in a hello the sender's
 *  16  data:        packet number 8 bytes, then frames and what protects them
 *      handshakes:  the sender's id of the session 8 bytes, its share of the secret 32 bytes,
 *                   the lengths of two node ids 2 bytes, the sender's and the receiver's id,
 *                   zeros, and a trailer that proves it
 * </pre>
 */
final class PacketLayout {
  static final int MAGIC = Datagram.RELIABLE_MAGIC;
  static final byte VERSION = 1;

  static final byte HELLO = 1;
  static final byte WELCOME = 2;
  static final byte DATA = 3;

  static final int MAGIC_OFFSET = 0;
  static final int VERSION_OFFSET = 4;
  static final int TYPE_OFFSET = 5;
  static final int SESSION_OFFSET = 8;
  static final int NUMBER_OFFSET = 16;
  static final int DATA_HEADER_BYTES = 24;

  static final int SENDER_SESSION_OFFSET = 16;
  static final int SHARE_OFFSET = 24;
  static final int SENDER_LENGTH_OFFSET = 56;
  static final int RECEIVER_LENGTH_OFFSET = 57;
  static final int IDS_OFFSET = 58;

  /** A first datagram is as large as any answer, and shows that the path takes this much. */
  static final int HANDSHAKE_BYTES = PathMtu.BASE_BYTES;

  /** What any datagram may have. */
  static final int MAX_BYTES = 65_507;

  private PacketLayout() {}

  static ByteBuffer allocate(int capacityBytes) {
    return ByteBuffer.allocate(capacityBytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  static void begin(ByteBuffer out, byte type, long session) {
    out.clear();
    out.putInt(MAGIC_OFFSET, MAGIC);
    out.put(VERSION_OFFSET, VERSION);
    out.put(TYPE_OFFSET, type);
    out.putShort(TYPE_OFFSET + 1, (short) 0);
    out.putLong(SESSION_OFFSET, session);
  }

  static long session(ByteBuffer datagram) {
    return datagram.getLong(SESSION_OFFSET);
  }

  static long number(ByteBuffer datagram) {
    return datagram.getLong(NUMBER_OFFSET);
  }
}
