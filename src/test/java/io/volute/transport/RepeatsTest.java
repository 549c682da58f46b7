package io.volute.transport;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.identity.NodeId;
import io.volute.message.Message;
import io.volute.transport.seal.Checksum;
import io.volute.transport.session.Sessions;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RepeatsTest {
  private static final NodeId PEER = new NodeId("peer");
  private static final NodeId OTHER = new NodeId("other");
  private static final int LARGE_BYTES = 1 << 20;

  private final Repeats repeats = new Repeats();
  private final Sessions sessions =
      new Sessions(
          new NodeId("self"),
          () -> 1,
          new Checksum(),
          node -> true,
          new Sessions.Whereabouts() {
            @Override
            public Optional<InetSocketAddress> find(NodeId peer) {
              return Optional.empty();
            }

            @Override
            public int maxDatagramBytes(SocketAddress address) {
              return 1200;
            }
          },
          (datagram, to) -> true,
          (from, bytes, offset, length) -> {},
          (stranger, from) -> {},
          new TransportCounters(),
          1);

  private static Message answer(long requestId) {
    return new Message.FetchedValue(requestId, Optional.empty());
  }

  private boolean isNeedless(NodeId to, Message message, long nowNanos) {
    return repeats.isNeedless(to, message, sessions, nowNanos);
  }

  @Test
  void shouldHoldALargeMessageBackForAWhile() {
    assertFalse(isNeedless(PEER, answer(1), 0));
    repeats.onSent(PEER, answer(1), LARGE_BYTES, sessions, 0);

    assertTrue(isNeedless(PEER, answer(1), Repeats.QUIET_NANOS - 1));
    assertFalse(isNeedless(PEER, answer(2), 1));
    assertFalse(isNeedless(OTHER, answer(1), 1));
    assertFalse(isNeedless(PEER, answer(1), Repeats.QUIET_NANOS));
  }

  @Test
  void shouldTellPartsOfAnAnswerApart() {
    Message first = new Message.Fetched(1, 0, 2, List.of());
    repeats.onSent(PEER, first, LARGE_BYTES, sessions, 0);

    assertTrue(isNeedless(PEER, first, 1));
    assertFalse(isNeedless(PEER, new Message.Fetched(1, 1, 2, List.of()), 1));
  }

  @Test
  void shouldLetSmallMessagesPass() {
    repeats.onSent(PEER, answer(1), 1000, sessions, 0);
    repeats.onSent(PEER, new Message.Probe(2), 1000, sessions, 0);

    assertFalse(isNeedless(PEER, answer(1), 1));
    assertFalse(isNeedless(PEER, new Message.Probe(2), 1));
  }
}
