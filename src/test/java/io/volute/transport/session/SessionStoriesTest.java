package io.volute.transport.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.testing.Generator;
import io.volute.transport.TransportCounter;
import io.volute.transport.seal.Checksum;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Single troubles, one at a time, in virtual time. */
class SessionStoriesTest {
  private final SimPath path = new SimPath(new Generator(1));
  private final SimPeer left = new SimPeer(path, 1, 100, new Checksum());
  private SimPeer right = new SimPeer(path, 2, 200, new Checksum());

  @BeforeEach
  void introduce() {
    left.meet(right);
  }

  private void say(SimPeer from, SimPeer to, int length) {
    assertTrue(from.send(to, length, false));
    from.turn();
  }

  @Test
  void shouldDeliverTheFirstMessageAfterTwoRoundTrips() {
    say(left, right, 100);
    path.runFor(3 * path.weather.delayNanos, TimeUnit.NANOSECONDS);

    assertEquals(1, right.arrivals.size());
  }

  @Test
  void shouldPackTheMessagesOfATurnTogetherAndHoldALoneOneBackForNone() {
    path.weather.mtuBytes = PathMtu.BASE_BYTES;
    say(left, right, 100);
    path.runFor(1, TimeUnit.SECONDS);
    long before = left.count(TransportCounter.SENT_DATAGRAMS);
    for (int i = 0; i < 1000; i++) {
      assertTrue(left.send(right, 20, i % 2 == 0));
    }
    assertEquals(before, left.count(TransportCounter.SENT_DATAGRAMS), "before the turn ends");
    left.turn();
    path.runFor(1, TimeUnit.SECONDS);
    long datagrams = left.count(TransportCounter.SENT_DATAGRAMS) - before;
    assertEquals(1001, right.arrivals.size());
    assertTrue(datagrams < 30, datagrams + " datagrams for 1000 messages of 20 bytes");

    long quiet = left.count(TransportCounter.SENT_DATAGRAMS);
    say(left, right, 20);
    assertEquals(quiet + 1, left.count(TransportCounter.SENT_DATAGRAMS), "at the turn's end");
  }

  @Test
  void shouldAgreeOnOneSessionWhenBothBeginAtOnce() {
    say(left, right, 100);
    say(right, left, 100);
    path.runFor(100, TimeUnit.MILLISECONDS);

    assertEquals(1, right.arrivals.size());
    assertEquals(1, left.arrivals.size());
    assertEquals(1, left.count(TransportCounter.SESSIONS_OPENED));
    assertEquals(1, right.count(TransportCounter.SESSIONS_OPENED));
  }

  @Test
  void shouldNoticeARestartedPeerAtItsFirstMessage() {
    say(left, right, 100);
    path.runFor(100, TimeUnit.MILLISECONDS);
    right.kill();
    right = new SimPeer(path, 2, 201, new Checksum());
    left.meet(right);
    say(left, right, 100);
    path.runFor(100, TimeUnit.MILLISECONDS);
    assertEquals(0, right.arrivals.size());

    say(right, left, 100);
    path.runFor(10, TimeUnit.MILLISECONDS);
    assertEquals(1, left.arrivals.size());
    assertEquals(1, left.count(TransportCounter.SESSIONS_REPLACED));
    assertEquals(1, left.count(TransportCounter.LOST_WITH_SESSION));
    say(left, right, 100);
    path.runFor(10, TimeUnit.MILLISECONDS);

    assertEquals(1, right.arrivals.size());
    assertTrue(right.count(TransportCounter.DROPPED_UNKNOWN_SESSION) > 0);
  }

  @Test
  void shouldDeliverNothingOfAFormerLifeWhoseFirstDataComesLate() {
    path.isCapturing = true;
    say(right, left, 100);
    path.runFor(3 * path.weather.delayNanos / 2, TimeUnit.NANOSECONDS);
    path.weather.isDown = true;
    path.runFor(path.weather.delayNanos, TimeUnit.NANOSECONDS);
    byte[] late = path.captured().get(path.captured().size() - 1);
    assertEquals(PacketLayout.DATA, late[PacketLayout.TYPE_OFFSET]);
    right.kill();
    path.weather.isDown = false;
    right = new SimPeer(path, 2, 201, new Checksum());
    left.meet(right);
    say(right, left, 100);
    path.runFor(100, TimeUnit.MILLISECONDS);
    assertEquals(1, left.arrivals.size());

    path.deliver(right.address, left.address, late);
    say(right, left, 100);
    path.runFor(100, TimeUnit.MILLISECONDS);

    assertEquals(2, left.arrivals.size());
    assertEquals(1, left.count(TransportCounter.SESSIONS_OPENED));
  }

  @Test
  void shouldForgetASessionWhenThePeerSaysThatItEnds() {
    say(left, right, 100);
    path.runFor(100, TimeUnit.MILLISECONDS);
    right.sessions.close();
    path.runFor(1, TimeUnit.MILLISECONDS);

    assertEquals(1, left.count(TransportCounter.SESSIONS_CLOSED));
    assertTrue(left.sessions.session(right.node).isEmpty());
  }

  @Test
  void shouldNotListenToStrangers() {
    say(left, right, 100);
    path.runFor(100, TimeUnit.MILLISECONDS);
    path.weather.isDown = true;
    long before = left.count(TransportCounter.RECEIVED_DATAGRAMS);
    path.deliver(SimPath.addressOf(9), left.address, new byte[] {'V', 'O', 'L', 'T', 0, 0, 0, 0});
    byte[] plain = new byte[100];
    plain[0] = 'V';
    plain[1] = 'O';
    plain[2] = 'L';
    plain[3] = 'T';
    path.deliver(SimPath.addressOf(9), left.address, plain);

    assertEquals(1, left.count(TransportCounter.DROPPED_TRUNCATED));
    assertEquals(1, left.count(TransportCounter.DROPPED_OTHER_MODE));
    assertEquals(before, left.count(TransportCounter.RECEIVED_DATAGRAMS));
  }

  @Test
  void shouldFindTheLargestDatagramOfThePath() {
    path.weather.mtuBytes = 9000;
    say(left, right, 100);
    path.runFor(10, TimeUnit.SECONDS);
    assertEquals(8972, left.sessions.session(right.node).orElseThrow().recovery().mtu().bytes());

    path.weather.mtuBytes = 1300;
    say(left, right, 500_000);
    path.runFor(10, TimeUnit.SECONDS);

    assertEquals(2, right.arrivals.size());
    assertEquals(1200, left.sessions.session(right.node).orElseThrow().recovery().mtu().bytes());
  }

  @Test
  void shouldSendNothingWhenThereIsNothingToSay() {
    say(left, right, 100);
    path.runFor(2, TimeUnit.SECONDS);
    long before = path.sentBytes;
    path.runFor(20, TimeUnit.SECONDS);

    assertEquals(before, path.sentBytes);
  }

  @Test
  void shouldStopTheSenderWhenTheReceiverStandsStillAndGoOnAfterwards() {
    say(left, right, 100);
    path.runFor(1, TimeUnit.SECONDS);
    right.stop();
    int taken = 0;
    for (int i = 0; i < 200; i++) {
      taken += left.send(right, 1 << 20, false) ? 1 : 0;
      left.turn();
      path.runFor(1, TimeUnit.MILLISECONDS);
    }
    assertTrue(taken < 60, "took " + taken + " MiB");
    assertFalse(left.sessions.hasRoom(right.node));
    assertTrue(left.sessions.outgoingBytes(right.node) <= Outbox.MAX_BYTES);
    long refused = left.count(TransportCounter.LOST_QUEUE_FULL);
    assertEquals(200 - taken, refused);

    long before = path.sentBytes;
    path.runFor(3, TimeUnit.SECONDS);
    assertTrue(path.sentBytes - before < 1_000_000, "it is asked now and then");
    right.resume();
    path.runFor(10, TimeUnit.SECONDS);

    assertEquals(1 + taken, right.arrivals.size() + left.count(TransportCounter.LOST_EXPIRED));
    assertNotEquals(0, right.arrivals.size());
    assertTrue(left.sessions.hasRoom(right.node));
  }

  @Test
  void shouldKeepTheSessionWhenAPeerStandsStillForTwentySeconds() {
    say(left, right, 100);
    path.runFor(1, TimeUnit.SECONDS);
    right.stop();
    for (int i = 0; i < 40; i++) {
      say(left, right, 50);
      path.runFor(500, TimeUnit.MILLISECONDS);
    }
    right.resume();
    path.runFor(2, TimeUnit.SECONDS);

    assertEquals(41, right.arrivals.size());
    assertEquals(1, left.count(TransportCounter.SESSIONS_OPENED));
  }

  @Test
  void shouldGiveUpWhenAPeerIsGoneForGood() {
    say(left, right, 100);
    path.runFor(1, TimeUnit.SECONDS);
    right.kill();
    say(left, right, 100);
    path.runFor(60, TimeUnit.SECONDS);

    assertEquals(1, left.count(TransportCounter.SESSIONS_SILENT));
    assertEquals(0, left.sessions.outgoingBytes(right.node));
  }

  @Test
  void shouldFollowAPeerThatGoesOnFromAnotherAddress() {
    say(left, right, 100);
    say(right, left, 100);
    path.runFor(1, TimeUnit.SECONDS);
    right.moveTo(7);
    for (int i = 0; i < 20; i++) {
      say(right, left, 100);
      say(left, right, 50_000);
      path.runFor(500, TimeUnit.MILLISECONDS);
    }

    assertEquals(21, left.arrivals.size());
    assertEquals(21, right.arrivals.size());
    assertEquals(1, left.count(TransportCounter.SESSIONS_MOVED));
    assertEquals(1, left.count(TransportCounter.SESSIONS_OPENED));
  }

  @Test
  void shouldSendLittleToWhoeverPretendsThatAPeerHasMoved() {
    say(left, right, 100);
    say(right, left, 100);
    path.runFor(1, TimeUnit.SECONDS);
    path.isCapturing = true;
    path.weather.isDown = true;
    say(right, left, 100);
    byte[] withheld = path.captured().get(path.captured().size() - 1);
    path.weather.isDown = false;
    for (int i = 0; i < 30; i++) {
      left.send(right, 50_000, false);
    }
    path.deliver(SimPath.addressOf(66), left.address, withheld.clone());
    path.deliver(SimPath.addressOf(66), left.address, withheld.clone());
    path.runFor(8, TimeUnit.MILLISECONDS);
    assertTrue(path.sentTo(SimPath.addressOf(66)) <= 6000, path.sentTo(SimPath.addressOf(66)) + "");
    path.runFor(5, TimeUnit.SECONDS);

    assertEquals(31, right.arrivals.size());
    assertEquals(2, left.arrivals.size());
  }
}
