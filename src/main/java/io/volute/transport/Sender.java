package io.volute.transport;

import io.volute.identity.Endpoint;
import io.volute.identity.HostPort;
import io.volute.identity.NodeId;
import io.volute.message.Message;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Puts messages into datagrams: keeps those of a turn, and at its end packs the small ones for the
 * same member together. Messages to one member leave in the order in which they were sent. For one
 * thread.
 */
final class Sender {
  /** Buffers kept for members, so that packing allocates nothing. */
  static final int MAX_PEERS = 1024;

  /** The socket: takes a datagram whole, or returns 0 when its buffer is full. */
  @FunctionalInterface
  interface Outlet {
    int send(ByteBuffer datagram, SocketAddress to) throws IOException;
  }

  /** A member's datagram in the making. */
  private static final class Peer {
    private final byte[] id;
    private final ByteBuffer datagram = Datagram.allocate(Datagram.COALESCED_BYTES);
    private HostPort address;
    private int messages;

    Peer(NodeId node) {
      this.id = Datagram.idBytes(node);
    }
  }

  private final byte[] self;
  private final long session;
  private final Outlet outlet;
  private final AddressBook addresses;
  private final TransportCounters counters;
  private final Pending pending;
  private final CRC32C checksum = new CRC32C();
  private final Map<NodeId, Peer> peers = new HashMap<>();
  private final List<Peer> unsent = new ArrayList<>();
  private final ByteBuffer large = Datagram.allocate(Datagram.MAX_BYTES);

  Sender(
      NodeId self, long session, Outlet outlet, AddressBook addresses, TransportCounters counters) {
    this.self = Datagram.idBytes(self);
    this.session = session;
    this.outlet = outlet;
    this.addresses = addresses;
    this.counters = counters;
    this.pending = new Pending(counters);
  }

  void send(Endpoint to, Message message) {
    pending.add(to, message);
  }

  /** Calls whoever is at an address: a datagram for anybody, without a message. */
  void call(HostPort address) {
    Datagram.begin(large, session, self, Datagram.ANYBODY);
    transmit(large, address, 0);
  }

  void flush() {
    for (int i = 0; i < pending.size(); i++) {
      pack(pending.to(i), pending.offset(i), pending.length(i));
    }
    pending.clear();
    for (Peer peer : unsent) {
      transmit(peer);
    }
    unsent.clear();
    if (peers.size() > MAX_PEERS) {
      // Members that left are among them; those that are still there get new buffers.
      peers.clear();
    }
  }

  private void pack(Endpoint to, int offset, int length) {
    Peer peer = peers.computeIfAbsent(to.node(), Peer::new);
    int needed = Datagram.LENGTH_FIELD_BYTES + length;
    if (peer.messages > 0
        && (needed > peer.datagram.remaining() || !to.address().equals(peer.address))) {
      transmit(peer);
    }
    peer.address = to.address();
    if (needed > Datagram.COALESCED_BYTES - headerBytes(peer)) {
      Datagram.begin(large, session, self, peer.id);
      Datagram.append(large, pending.bytes(), offset, length);
      transmit(large, peer.address, 1);
      return;
    }
    if (peer.messages == 0) {
      Datagram.begin(peer.datagram, session, self, peer.id);
      unsent.add(peer);
    }
    Datagram.append(peer.datagram, pending.bytes(), offset, length);
    peer.messages++;
  }

  private int headerBytes(Peer peer) {
    return Datagram.IDS_OFFSET + self.length + peer.id.length;
  }

  private void transmit(Peer peer) {
    if (peer.messages > 0) {
      transmit(peer.datagram, peer.address, peer.messages);
      peer.messages = 0;
    }
  }

  private void transmit(ByteBuffer datagram, HostPort to, int messages) {
    Optional<InetSocketAddress> address = addresses.find(to);
    if (address.isEmpty()) {
      counters.add(TransportCounter.LOST_UNRESOLVED, messages);
      return;
    }
    Datagram.seal(datagram, checksum);
    int sentBytes;
    try {
      sentBytes = outlet.send(datagram, address.get());
    } catch (IOException | IllegalArgumentException e) {
      // The latter for an address of a family that the socket doesn't have.
      counters.add(TransportCounter.LOST_SEND_FAILED, messages);
      return;
    }
    if (sentBytes == 0) {
      counters.add(TransportCounter.LOST_SOCKET_FULL, messages);
      return;
    }
    counters.increment(TransportCounter.SENT_DATAGRAMS);
    counters.add(TransportCounter.SENT_BYTES, sentBytes);
    counters.add(TransportCounter.SENT_MESSAGES, messages);
  }
}
