package io.volute.transport.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.testing.Generator;
import io.volute.transport.TransportCounter;
import io.volute.transport.seal.Checksum;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What becomes of the messages for a node that is no member any more. */
class RemovedMemberTest {
  private final SimPath path = new SimPath(new Generator(5));
  private final SimPeer left = new SimPeer(path, 1, 100, new Checksum());
  private final SimPeer right = new SimPeer(path, 2, 200, new Checksum());

  private void remove() {
    left.removed.add(right.node);
    path.runFor(2, TimeUnit.SECONDS);
    left.turn();
  }

  @Test
  void shouldCountWhatWaitedForASession() {
    for (int i = 0; i < 10; i++) {
      left.send(right, i < 5 ? 100 : 100_000, i == 0);
    }
    left.turn();
    remove();

    assertEquals(10, left.count(TransportCounter.LOST_WITH_MEMBER));
    assertEquals(0, left.sessions.outgoingBytes(right.node));
  }

  @Test
  void shouldCountEachMessageOnceWhenSomeWereBegun() {
    path.weather.bytesPerSecond = 1 << 20;
    left.meet(right);
    for (int i = 0; i < 40; i++) {
      left.send(right, 1_000_000, false);
    }
    left.turn();
    path.runFor(500, TimeUnit.MILLISECONDS);
    assertEquals(0, right.arrivals.size());
    remove();

    assertTrue(left.count(TransportCounter.LOST_WITH_SESSION) > 0, left.toString());
    assertTrue(left.count(TransportCounter.LOST_WITH_MEMBER) > 0, left.toString());
    assertEquals(40, left.lost() + left.count(TransportCounter.LOST_WITH_MEMBER));
  }
}
