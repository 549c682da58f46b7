package io.volute.transport.socket;

/**
 * Where the fields of the system's structures are, on 64-bit Linux, and its numbers for things.
 *
 * <pre>
 *   mmsghdr  a message:  0 name, 8 its length (4), 16 vectors, 24 their number, 32 control data,
 *                        40 its length, 48 flags (4), 56 bytes that went (4)
 *   iovec    a vector:   0 start, 8 length
 *   cmsghdr  control:    0 length with this header, 8 level (4), 12 type (4), 16 content
 * </pre>
 */
final class SystemLayout {
  static final int MESSAGE_BYTES = 64;
  static final int NAME_OFFSET = 0;
  static final int NAME_LENGTH_OFFSET = 8;
  static final int VECTORS_OFFSET = 16;
  static final int VECTOR_COUNT_OFFSET = 24;
  static final int CONTROL_OFFSET = 32;
  static final int CONTROL_LENGTH_OFFSET = 40;
  static final int FLAGS_OFFSET = 48;
  static final int TRANSFERRED_OFFSET = 56;

  static final int VECTOR_BYTES = 16;
  static final int VECTOR_LENGTH_OFFSET = 8;

  /** One control message with up to 8 bytes of content. */
  static final int CONTROL_BYTES = 24;

  static final int CONTROL_HEAD_BYTES = 16;
  static final int CONTROL_LEVEL_OFFSET = 8;
  static final int CONTROL_TYPE_OFFSET = 12;

  static final int MSG_DONTWAIT = 0x40;

  static final int SOL_UDP = 17;

  /** Cut what is sent into datagrams of this many bytes (2 bytes). */
  static final int UDP_SEGMENT = 103;

  /** Hand datagrams of one sender over together; the control data then has their size (4 bytes). */
  static final int UDP_GRO = 104;

  static final int AF_INET = 2;
  static final int AF_INET6 = 10;

  private SystemLayout() {}
}
