package io.volute.transport;

import io.volute.codec.MalformedMessageException;
import io.volute.codec.MessageDecoder;
import io.volute.identity.NodeId;
import io.volute.message.Message;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.zip.CRC32C;

/**
 * Takes the messages out of a datagram, or drops it for a reason that is counted. Knows no socket.
 * For one thread.
 */
final class Receiver {
  private final byte[] self;
  private final long session;
  private final Predicate<NodeId> isMember;
  private final TransportCounters counters;
  private final CRC32C checksum = new CRC32C();
  private final NodeIds nodeIds = new NodeIds();
  private final MessageDecoder decoder = new MessageDecoder();
  private final byte[] messages = new byte[Datagram.MAX_BYTES];

  Receiver(NodeId self, long session, Predicate<NodeId> isMember, TransportCounters counters) {
    this.self = Datagram.idBytes(self);
    this.session = session;
    this.isMember = isMember;
    this.counters = counters;
  }

  /**
   * @param datagram from 0 to the buffer's limit, in little-endian order
   */
  void receive(ByteBuffer datagram, SocketAddress from, MessageHandler handler) {
    counters.add(TransportCounter.RECEIVED_BYTES, datagram.limit());
    TransportCounter flaw = flawOf(datagram);
    if (flaw != null) {
      counters.increment(flaw);
      return;
    }
    Optional<NodeId> sender =
        nodeIds.read(datagram, Datagram.IDS_OFFSET, Datagram.senderLength(datagram));
    if (sender.isEmpty()) {
      counters.increment(TransportCounter.DROPPED_MALFORMED);
    } else if (Datagram.isCall(datagram)) {
      SeenAt.of(from).ifPresent(seenAt -> handler.onSeek(sender.get(), seenAt));
    } else if (!isMember.test(sender.get())) {
      counters.increment(TransportCounter.DROPPED_UNKNOWN_SENDER);
    } else {
      counters.increment(TransportCounter.RECEIVED_DATAGRAMS);
      deliver(datagram, sender.get(), handler);
    }
  }

  /** Why a datagram is dropped, as far as its bytes tell; null for a good one. */
  private TransportCounter flawOf(ByteBuffer datagram) {
    if (datagram.limit() < Datagram.IDS_OFFSET) {
      return TransportCounter.DROPPED_TRUNCATED;
    }
    if (Datagram.magic(datagram) != Datagram.MAGIC) {
      return Datagram.magic(datagram) == Datagram.RELIABLE_MAGIC
          ? TransportCounter.DROPPED_OTHER_MODE
          : TransportCounter.DROPPED_FOREIGN;
    }
    if (Datagram.version(datagram) != Datagram.WIRE_VERSION) {
      return TransportCounter.DROPPED_VERSION;
    }
    if (Datagram.checksum(datagram, checksum) != Datagram.checksum(datagram)) {
      return TransportCounter.DROPPED_CHECKSUM;
    }
    int senderLength = Datagram.senderLength(datagram);
    int receiverLength = Datagram.receiverLength(datagram);
    if (Datagram.flags(datagram) != 0
        || senderLength > NodeId.MAX_LENGTH
        || receiverLength > NodeId.MAX_LENGTH
        || Datagram.messagesOffset(datagram) > datagram.limit()
        || (Datagram.messagesOffset(datagram) == datagram.limit()) != Datagram.isCall(datagram)) {
      return TransportCounter.DROPPED_MALFORMED;
    }
    if (isSelf(datagram, Datagram.IDS_OFFSET, senderLength)) {
      return Datagram.session(datagram) == session
          ? TransportCounter.DROPPED_REFLECTED
          : TransportCounter.DROPPED_OWN_NAME;
    }
    if (!Datagram.isCall(datagram)
        && !isSelf(datagram, Datagram.receiverOffset(datagram), receiverLength)) {
      return TransportCounter.DROPPED_WRONG_RECEIVER;
    }
    return null;
  }

  private boolean isSelf(ByteBuffer datagram, int offset, int length) {
    if (length != self.length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (datagram.get(offset + i) != self[i]) {
        return false;
      }
    }
    return true;
  }

  private void deliver(ByteBuffer datagram, NodeId sender, MessageHandler handler) {
    int position = Datagram.messagesOffset(datagram);
    int end = datagram.limit();
    while (position < end) {
      int start = position + Datagram.LENGTH_FIELD_BYTES;
      int length = start <= end ? datagram.getShort(position) & 0xffff : 0;
      if (length == 0 || length > end - start) {
        counters.increment(TransportCounter.DROPPED_MALFORMED_MESSAGES);
        return;
      }
      datagram.get(start, messages, 0, length);
      deliver(length, sender, handler);
      position = start + length;
    }
  }

  private void deliver(int length, NodeId sender, MessageHandler handler) {
    Message message;
    try {
      message = decoder.decode(messages, 0, length);
    } catch (MalformedMessageException e) {
      // The others in the datagram may be fine: this one may be of a kind that is newer than us.
      counters.increment(TransportCounter.DROPPED_MALFORMED_MESSAGES);
      return;
    }
    counters.increment(TransportCounter.RECEIVED_MESSAGES);
    handler.onMessage(sender, message);
  }
}
