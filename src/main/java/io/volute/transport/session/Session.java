package io.volute.transport.session;

import io.volute.transport.TransportCounter;
import io.volute.transport.TransportCounters;
import io.volute.transport.seal.Protection;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;

/**
 * One session with one life of a peer: takes its datagrams and makes ours. Ends when the peer has
 * been silent for too long, says so, or begins another.
 */
final class Session implements Recovery.Listener {
  /** Members probe each other twice a second, so this much silence is no coincidence. */
  static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** The same before the first datagram: the handshake may have been half of one. */
  static final long FIRST_SILENCE_NANOS = TimeUnit.SECONDS.toNanos(4);

  private final long localId;
  private final long remoteId;
  private final Protection protection;
  private final TransportCounters counters;
  private final Recovery recovery;
  private final Outgoing outgoing;
  private final Incoming incoming;
  private final ReceivedPackets received = new ReceivedPackets();
  private final AckFrame ack = new AckFrame();
  private final ToIntFunction<SocketAddress> maxDatagramBytes;
  private SocketAddress address;
  private long heardNanos;
  private boolean everHeard;
  private boolean pingDue;
  private boolean closedByPeer;

  Session(
      long localId,
      long remoteId,
      SocketAddress address,
      Protection protection,
      Outbox outbox,
      ReceiveRoom room,
      TransportCounters counters,
      ToIntFunction<SocketAddress> maxDatagramBytes,
      long nowNanos) {
    this.localId = localId;
    this.remoteId = remoteId;
    this.address = address;
    this.maxDatagramBytes = maxDatagramBytes;
    this.protection = protection;
    this.counters = counters;
    this.recovery = new Recovery(maxDatagramBytes.applyAsInt(address), nowNanos, this);
    this.outgoing = new Outgoing(outbox, counters);
    this.incoming = new Incoming(room);
    this.heardNanos = nowNanos;
  }

  long localId() {
    return localId;
  }

  long remoteId() {
    return remoteId;
  }

  SocketAddress address() {
    return address;
  }

  Recovery recovery() {
    return recovery;
  }

  Incoming incoming() {
    return incoming;
  }

  Outgoing outgoing() {
    return outgoing;
  }

  /** Makes sure that the peer hears from us even if there is no message for it. */
  void ping() {
    pingDue = true;
  }

  boolean isClosedByPeer() {
    return closedByPeer;
  }

  boolean isSilent(long nowNanos) {
    return nowNanos >= silenceNanos();
  }

  private long silenceNanos() {
    return heardNanos + (everHeard ? SILENCE_NANOS : FIRST_SILENCE_NANOS);
  }

  /**
   * Takes a datagram with this session's id.
   *
   * @return whether it was the peer's, and new
   */
  boolean onDatagram(
      ByteBuffer datagram, SocketAddress from, long nowNanos, Incoming.Delivery delivery) {
    long number = PacketLayout.number(datagram);
    if (number < 0 || !received.isNew(number)) {
      counters.increment(TransportCounter.DROPPED_REPEATED);
      return false;
    }
    ByteBuffer plain = protection.open(datagram, PacketLayout.DATA_HEADER_BYTES, number);
    if (plain == null) {
      counters.increment(TransportCounter.DROPPED_CHECKSUM);
      return false;
    }
    plain.position(PacketLayout.DATA_HEADER_BYTES);
    heardNanos = nowNanos;
    everHeard = true;
    if (number > received.largest() && !from.equals(address)) {
      moveTo(from, nowNanos);
    }
    boolean asksForAck = false;
    while (plain.hasRemaining()) {
      byte type = plain.get();
      asksForAck |= type != FrameType.ACK && type != FrameType.PADDING;
      if (!onFrame(type, plain, nowNanos, delivery)) {
        counters.increment(TransportCounter.DROPPED_MALFORMED);
        return true;
      }
    }
    received.add(number, asksForAck, nowNanos);
    return true;
  }

  /**
   * The peer's newest datagram came from elsewhere: its address has changed, or the network between
   * shows another. Nothing is known of the way there, so it begins with as little as a new session;
   * that also bounds what somebody gets who only pretends that the peer has moved, until its next
   * datagram comes from where it is.
   */
  private void moveTo(SocketAddress newAddress, long nowNanos) {
    address = newAddress;
    recovery.onNewPath(maxDatagramBytes.applyAsInt(newAddress), nowNanos);
    pingDue = true;
    counters.increment(TransportCounter.SESSIONS_MOVED);
  }

  private boolean onFrame(byte type, ByteBuffer in, long nowNanos, Incoming.Delivery delivery) {
    switch (type) {
      case FrameType.PADDING:
        in.position(in.limit());
        return true;
      case FrameType.PING:
        return true;
      case FrameType.ACK:
        return ack.read(in) && onAck(nowNanos);
      case FrameType.MESSAGE:
        return incoming.onMessage(in, delivery);
      case FrameType.PART:
        return incoming.onPart(in, delivery);
      case FrameType.CREDIT:
        return onCredit(in);
      case FrameType.WANT:
        return incoming.onWant(in);
      case FrameType.FORGET:
        return incoming.onForget(in, delivery);
      case FrameType.CLOSE:
        closedByPeer = true;
        return true;
      default:
        return false;
    }
  }

  private boolean onAck(long nowNanos) {
    long before = recovery.lateDatagrams();
    boolean isGood = recovery.onAck(ack, nowNanos);
    counters.add(TransportCounter.LATE_DATAGRAMS, recovery.lateDatagrams() - before);
    return isGood;
  }

  private boolean onCredit(ByteBuffer in) {
    long small = Varint.get(in);
    long large = Varint.get(in);
    if (small < 0 || large < 0) {
      return false;
    }
    outgoing.onCredit(small, large);
    return true;
  }

  @Override
  public void onAcked(SentPacket packet) {
    outgoing.onAcked(packet);
    if (packet.acknowledged >= 0) {
      received.onAckArrived(packet.acknowledged);
    }
  }

  @Override
  public void onLost(SentPacket packet) {
    counters.increment(TransportCounter.LOST_DATAGRAMS);
    outgoing.onLost(packet);
    if (packet.hasCredit) {
      incoming.onCreditLost();
    }
    if (packet.hasWant) {
      outgoing.onWantLost();
    }
  }

  /** Does what is due, before datagrams are made. */
  void onTurn(long nowNanos) {
    outgoing.onTurn(nowNanos);
    recovery.onTimer(nowNanos);
    if (recovery.isProbeDue()) {
      SentPacket oldest = recovery.oldest();
      if (oldest != null && !outgoing.hasSomething()) {
        outgoing.onLost(oldest);
      }
    }
  }

  /**
   * Makes the next datagram.
   *
   * @return what to send, valid until the next call; null when there is nothing to send now
   */
  ByteBuffer next(ByteBuffer out, long nowNanos) {
    boolean mayCount = recovery.maySend(nowNanos);
    PacketLayout.begin(out, PacketLayout.DATA, remoteId);
    long number = recovery.sent().next();
    out.putLong(PacketLayout.NUMBER_OFFSET, number);
    out.position(PacketLayout.DATA_HEADER_BYTES);
    SentPacket packet = recovery.sent().take();
    boolean counts;
    int probeBytes = mayCount ? recovery.mtu().probeBytes(nowNanos) : 0;
    if (probeBytes > 0) {
      writeSizeProbe(out, probeBytes);
      packet.isSizeProbe = true;
      counts = true;
    } else {
      counts = writeFrames(out, packet, mayCount, nowNanos);
    }
    if (out.position() == PacketLayout.DATA_HEADER_BYTES) {
      recovery.sent().giveBack(packet);
      return null;
    }
    out.flip();
    if (counts) {
      packet.bytes = out.limit() + protection.overheadBytes();
      recovery.onSent(packet, nowNanos);
    } else {
      recovery.sent().giveBack(packet);
      recovery.sent().skip();
    }
    return protection.seal(out, PacketLayout.DATA_HEADER_BYTES, number);
  }

  private void writeSizeProbe(ByteBuffer out, int bytes) {
    out.put(FrameType.PING);
    int end = bytes - protection.overheadBytes();
    while (out.position() < end) {
      out.put(FrameType.PADDING);
    }
  }

  /** Returns whether the datagram counts: is acknowledged, and repeated when it is lost. */
  private boolean writeFrames(ByteBuffer out, SentPacket packet, boolean mayCount, long nowNanos) {
    int limit = recovery.mtu().bytes() - protection.overheadBytes();
    boolean hasContent =
        mayCount
            && (outgoing.hasSomething()
                || incoming.isCreditDirty()
                || outgoing.isWantDirty()
                || pingDue
                || recovery.isProbeDue());
    if (received.hasNews() && (hasContent || received.isAckDue(nowNanos))) {
      if (received.write(out, limit, nowNanos)) {
        packet.acknowledged = received.largest();
      }
    }
    if (!hasContent) {
      return false;
    }
    int before = out.position();
    if (incoming.isCreditDirty()) {
      packet.hasCredit = incoming.writeCredit(out, limit);
    }
    if (outgoing.isWantDirty()) {
      packet.hasWant = outgoing.writeWant(out, limit);
    }
    outgoing.write(out, limit, packet);
    if (out.position() == before && (pingDue || recovery.isProbeDue())) {
      out.put(FrameType.PING);
    }
    boolean counts = out.position() > before;
    pingDue &= !counts;
    return counts;
  }

  /** Makes the datagram that tells the peer to forget this session. */
  ByteBuffer close(ByteBuffer out) {
    PacketLayout.begin(out, PacketLayout.DATA, remoteId);
    long number = recovery.sent().next();
    out.putLong(PacketLayout.NUMBER_OFFSET, number);
    out.position(PacketLayout.DATA_HEADER_BYTES);
    out.put(FrameType.CLOSE).flip();
    recovery.sent().skip();
    return protection.seal(out, PacketLayout.DATA_HEADER_BYTES, number);
  }

  /** Gives up what is under way. */
  void end() {
    outgoing.giveUp();
    incoming.end();
  }

  /** When the session must be looked at again. */
  long nextNanos() {
    long next = Math.min(silenceNanos(), recovery.nextNanos());
    if (received.hasNews()) {
      next = Math.min(next, received.ackNanos());
    }
    if (recovery.isPaced()) {
      next = Math.min(next, Math.max(recovery.paceNanos(), recovery.mtu().nextProbeNanos()));
      if (outgoing.hasSomething() || recovery.isProbeDue()) {
        next = Math.min(next, recovery.paceNanos());
      }
    }
    return next;
  }
}
