package io.volute.transport.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.testing.Generator;
import io.volute.transport.TransportCounter;
import io.volute.transport.seal.Checksum;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a session knows of the size of datagrams when its peer goes on from elsewhere. */
class PathChangeTest {
  private static final int LOOPBACK_BYTES = 61_440;
  private static final int OUTSIDE_BYTES = 1452;

  private final SimPath path = new SimPath(new Generator(5));
  private final SimPeer left = new SimPeer(path, 1, 100, new Checksum());
  private final SimPeer right = new SimPeer(path, 2, 200, new Checksum());

  private PathMtu sizes() {
    return left.sessions.session(right.node).orElseThrow().recovery().mtu();
  }

  /** Both talk for so long. */
  private void talk(int seconds) {
    for (int i = 0; i < 20 * seconds; i++) {
      left.send(right, 20_000, false);
      left.turn();
      right.send(left, 100, false);
      right.turn();
      path.runFor(50, TimeUnit.MILLISECONDS);
    }
  }

  private void assertAllArrived() {
    assertEquals(left.sent(), right.arrivals.size());
    assertEquals(right.sent(), left.arrivals.size());
  }

  @Test
  void shouldProbeAnewWithinTheBoundOfWhereThePeerIsNow() {
    left.takesAtMost(OUTSIDE_BYTES, SimPath.addressOf(7));
    left.meet(right);
    talk(3);
    assertEquals(LOOPBACK_BYTES, sizes().bytes());

    right.moveTo(7);
    talk(5);
    assertEquals(1, left.count(TransportCounter.SESSIONS_MOVED));
    // Datagrams of 1472 bytes pass as well, in pieces: it is the bound that keeps them away.
    assertEquals(1400, sizes().bytes());

    right.moveTo(2);
    talk(5);
    assertEquals(LOOPBACK_BYTES, sizes().bytes());
    assertAllArrived();
  }

  @Test
  void shouldFindASmallerPathAndLaterALargerOne() {
    left.meet(right);
    talk(3);
    path.weather.mtuBytes = 1450;
    right.moveTo(7);
    talk(5);
    assertEquals(1400, sizes().bytes());

    path.weather.mtuBytes = 9000;
    right.moveTo(2);
    talk(5);
    assertEquals(8972, sizes().bytes());
    assertAllArrived();
  }

  @Test
  void shouldNoticeABlackHoleOnTheNewPath() {
    left.meet(right);
    right.moveTo(7);
    talk(5);
    right.moveTo(2);
    talk(3);
    assertEquals(LOOPBACK_BYTES, sizes().bytes());

    path.weather.mtuBytes = 1300;
    talk(2);
    assertEquals(PathMtu.BASE_BYTES, sizes().bytes());
    assertAllArrived();
  }

  @Test
  void shouldTakeNothingOfTheOldPathForTheNewOne() {
    PathMtu sizes = new PathMtu(PacketLayout.MAX_BYTES, 0);
    sizes.onProbeSent();
    sizes.onProbeAcked(1400, 1);
    sizes.onNewPath(PacketLayout.MAX_BYTES, 1000);

    assertEquals(PathMtu.BASE_BYTES, sizes.bytes());
    assertEquals(0, sizes.probeBytes(1001));
    assertTrue(!sizes.isOfThisPath(999) && sizes.isOfThisPath(1000));
    assertEquals(1400, sizes.probeBytes(1000 + TimeUnit.SECONDS.toNanos(1)));
  }
}
