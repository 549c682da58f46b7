package io.volute.transport.session;

import io.volute.transport.seal.Guard;
import java.nio.ByteBuffer;

/** Writes and reads the two datagrams that begin a session. For one thread. */
final class Handshake {
  /** Stands for whoever is there; no node has such a name. */
  static final byte[] ANYBODY = {'*'};

  private final Guard guard;
  private final byte[] self;

  Handshake(Guard guard, byte[] self) {
    this.guard = guard;
    this.self = self;
  }

  Guard guard() {
    return guard;
  }

  void writeHello(ByteBuffer out, long session, byte[] share, byte[] peer) {
    PacketLayout.begin(out, PacketLayout.HELLO, session);
    writeBody(out, session, share, peer);
    guard.proveHello(out);
  }

  /** Writes all but the trailer. */
  void writeWelcome(ByteBuffer out, long toSession, long session, byte[] share, byte[] peer) {
    PacketLayout.begin(out, PacketLayout.WELCOME, toSession);
    writeBody(out, session, share, peer);
  }

  private void writeBody(ByteBuffer out, long session, byte[] share, byte[] peer) {
    out.putLong(PacketLayout.SENDER_SESSION_OFFSET, session);
    out.position(PacketLayout.SHARE_OFFSET).put(share, 0, Guard.SHARE_BYTES);
    out.put((byte) self.length).put((byte) peer.length).put(self).put(peer);
    while (out.position() < PacketLayout.HANDSHAKE_BYTES) {
      out.put((byte) 0);
    }
    out.flip();
  }

  static long senderSession(ByteBuffer datagram) {
    return datagram.getLong(PacketLayout.SENDER_SESSION_OFFSET);
  }

  static byte[] share(ByteBuffer datagram) {
    byte[] share = new byte[Guard.SHARE_BYTES];
    datagram.get(PacketLayout.SHARE_OFFSET, share);
    return share;
  }

  /** Whether the lengths in it make sense; the rest can be read then. */
  boolean isWellFormed(ByteBuffer datagram) {
    if (datagram.limit() != PacketLayout.HANDSHAKE_BYTES) {
      return false;
    }
    int sender = senderLength(datagram);
    int receiver = receiverLength(datagram);
    int end = datagram.limit() - guard.trailerBytes();
    return sender > 0 && receiver > 0 && PacketLayout.IDS_OFFSET + sender + receiver <= end;
  }

  private static int senderLength(ByteBuffer datagram) {
    return datagram.get(PacketLayout.SENDER_LENGTH_OFFSET) & 0xff;
  }

  private static int receiverLength(ByteBuffer datagram) {
    return datagram.get(PacketLayout.RECEIVER_LENGTH_OFFSET) & 0xff;
  }

  static byte[] sender(ByteBuffer datagram) {
    byte[] id = new byte[senderLength(datagram)];
    datagram.get(PacketLayout.IDS_OFFSET, id);
    return id;
  }

  boolean isFromSelf(ByteBuffer datagram) {
    return isSelf(datagram, PacketLayout.IDS_OFFSET, senderLength(datagram));
  }

  boolean isForSelf(ByteBuffer datagram) {
    int offset = PacketLayout.IDS_OFFSET + senderLength(datagram);
    return isSelf(datagram, offset, receiverLength(datagram));
  }

  /** Whether it calls whoever is there, to meet the cluster, rather than begin a session. */
  static boolean isCall(ByteBuffer datagram) {
    int offset = PacketLayout.IDS_OFFSET + senderLength(datagram);
    return isSame(datagram, offset, receiverLength(datagram), ANYBODY);
  }

  private boolean isSelf(ByteBuffer datagram, int offset, int length) {
    return isSame(datagram, offset, length, self);
  }

  static boolean isFrom(ByteBuffer datagram, byte[] peer) {
    return isSame(datagram, PacketLayout.IDS_OFFSET, senderLength(datagram), peer);
  }

  private static boolean isSame(ByteBuffer datagram, int offset, int length, byte[] id) {
    if (length != id.length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (datagram.get(offset + i) != id[i]) {
        return false;
      }
    }
    return true;
  }
}
