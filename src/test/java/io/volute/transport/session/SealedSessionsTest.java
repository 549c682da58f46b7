package io.volute.transport.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.testing.Generator;
import io.volute.testing.Seeds;
import io.volute.transport.TransportCounter;
import io.volute.transport.seal.Checksum;
import io.volute.transport.seal.Guard;
import io.volute.transport.seal.TestGuards;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Sessions under a cluster key, beside others who listen, change and repeat. */
class SealedSessionsTest {
  private final SimPath path = new SimPath(new Generator(6));

  private SimPeer[] pair(Guard ofLeft, Guard ofRight) {
    SimPeer left = new SimPeer(path, 1, 100, ofLeft);
    SimPeer right = new SimPeer(path, 2, 200, ofRight);
    left.meet(right);
    return new SimPeer[] {left, right};
  }

  private void talk(SimPeer[] peers) {
    assertTrue(peers[0].send(peers[1], 500, false));
    peers[0].turn();
    path.runFor(2, TimeUnit.SECONDS);
    assertTrue(peers[1].send(peers[0], 100_000, false));
    peers[1].turn();
    path.runFor(2, TimeUnit.SECONDS);
  }

  private static int arrived(SimPeer[] peers) {
    return peers[0].arrivals.size() + peers[1].arrivals.size();
  }

  @Test
  void shouldTalkWhenBothHaveTheSameKey() {
    SimPeer[] peers = pair(TestGuards.of("a"), TestGuards.of("a"));
    talk(peers);
    assertEquals(2, arrived(peers));
  }

  @Test
  void shouldTalkWhenTheSidesPreferOtherCiphers() {
    SimPeer[] peers = pair(TestGuards.of("a"), TestGuards.ofChaCha("a"));
    talk(peers);
    assertEquals(2, arrived(peers));
    peers = pair(TestGuards.ofChaCha("a"), TestGuards.of("a"));
    talk(peers);
    assertEquals(2, arrived(peers));
  }

  @Test
  void shouldTalkAtEachStepOfARotation() {
    String[][][] steps = {
      {{"old"}, {"old", "new"}},
      {{"old", "new"}, {"old"}},
      {{"old", "new"}, {"new", "old"}},
      {{"new", "old"}, {"old", "new"}},
      {{"new", "old"}, {"new"}},
      {{"new"}, {"new", "old"}}
    };
    for (String[][] step : steps) {
      SimPeer[] peers = pair(TestGuards.of(step[0]), TestGuards.of(step[1]));
      talk(peers);
      assertEquals(2, arrived(peers));
    }
  }

  @Test
  void shouldNotAnswerWhoDoesNotKnowTheKey() {
    for (Guard stranger : List.of(TestGuards.of("b"), new Checksum())) {
      SimPeer[] peers = pair(stranger, TestGuards.of("a"));
      assertTrue(peers[0].send(peers[1], 500, false));
      peers[0].turn();
      path.runFor(2, TimeUnit.SECONDS);

      assertEquals(0, arrived(peers));
      assertEquals(0, peers[1].count(TransportCounter.SENT_DATAGRAMS));
      assertTrue(peers[1].count(TransportCounter.DROPPED_OTHER_KEY) > 0);
    }
  }

  @Test
  void shouldSendOneDatagramForOneBeforeTheAddressIsProven() {
    SimPeer[] peers = pair(TestGuards.of("a"), TestGuards.of("a"));
    path.isCapturing = true;
    peers[0].send(peers[1], 500, false);
    peers[0].turn();
    byte[] hello = path.captured().get(0);
    path.runFor(1, TimeUnit.SECONDS);
    long opened = peers[1].count(TransportCounter.SESSIONS_OPENED);
    SimPeer restarted = new SimPeer(path, 2, 300, TestGuards.of("a"));
    for (int i = 0; i < 5; i++) {
      restarted.send(peers[0], 50_000, false);
      path.deliver(SimPath.addressOf(66), restarted.address, hello.clone());
    }

    assertEquals(1, opened);
    assertEquals(5, restarted.count(TransportCounter.SENT_DATAGRAMS), "a welcome for a hello");
    assertTrue(restarted.count(TransportCounter.SENT_BYTES) <= 5L * hello.length);
  }

  /** A call names whoever sends it, but a repeated one may come from anywhere. */
  @Test
  void shouldSendLittleToAnAddressThatHasOnlyCalled() {
    SimPeer[] peers = pair(TestGuards.of("a"), TestGuards.of("a"));
    SimPeer caller = new SimPeer(path, 66, 300, TestGuards.of("a"));
    path.isCapturing = true;
    caller.sessions.call(peers[0].address);
    byte[] call = path.captured().get(0);
    caller.kill();
    path.runFor(1, TimeUnit.SECONDS);
    assertEquals(List.of(caller.node), peers[0].callers);

    peers[0].meet(caller);
    for (int i = 0; i < 10; i++) {
      peers[0].send(caller, 1000, true);
    }
    peers[0].turn();
    path.runFor(9, TimeUnit.SECONDS);
    assertEquals(3L * call.length, path.sentTo(caller.address));

    path.runFor(2, TimeUnit.SECONDS);
    peers[0].send(caller, 1000, true);
    peers[0].turn();
    path.runFor(6, TimeUnit.SECONDS);
    assertTrue(path.sentTo(caller.address) > 3L * call.length, "a member is greeted as others are");
  }

  @Test
  void shouldHearACallerNowAndThenWhenItsCallIsRepeated() {
    SimPeer[] peers = pair(TestGuards.of("a"), TestGuards.of("a"));
    path.isCapturing = true;
    peers[0].sessions.call(peers[1].address);
    byte[] call = path.captured().get(0);
    for (int i = 0; i < 10_000; i++) {
      path.deliver(SimPath.addressOf(66), peers[1].address, call.clone());
      path.runFor(100, TimeUnit.MICROSECONDS);
    }

    assertEquals(5, peers[1].callers.size(), "in a second");
  }

  @Test
  void shouldDeliverNothingWhenDatagramsAreRepeatedOrChanged() {
    SimPeer[] peers = pair(TestGuards.of("a"), TestGuards.of("a"));
    path.isCapturing = true;
    talk(peers);
    List<byte[]> captured = new ArrayList<>(path.captured());
    path.isCapturing = false;
    Generator random = new Generator(8);
    for (byte[] datagram : captured) {
      for (SimPeer peer : peers) {
        path.deliver(SimPath.addressOf(66), peer.address, datagram.clone());
        byte[] changed = datagram.clone();
        changed[random.below(changed.length)] ^= (byte) (1 + random.below(255));
        path.deliver(SimPath.addressOf(66), peer.address, changed);
      }
    }
    path.runFor(15, TimeUnit.SECONDS);
    talk(peers);

    assertEquals(4, arrived(peers));
    assertEquals(1, peers[0].count(TransportCounter.SESSIONS_OPENED));
    assertEquals(1, peers[1].count(TransportCounter.SESSIONS_OPENED));
  }

  @Test
  void shouldDeliverEachMessageOnceInBadWeatherWhileKeysChange() {
    Seeds.check(
        60,
        random -> {
          SimPath rough = new SimPath(random);
          rough.weather.lossPercent = random.below(25);
          rough.weather.damagePercent = random.below(8);
          rough.weather.repeatPercent = random.below(20);
          rough.weather.jitterNanos = random.between(0, 300_000);
          SimPeer left = new SimPeer(rough, 1, 100, TestGuards.restless(64, "a"));
          SimPeer right = new SimPeer(rough, 2, 200, TestGuards.restless(64, "a"));
          left.meet(right);
          for (int i = 0; i < 150; i++) {
            left.send(right, random.below(5000), false);
            right.send(left, random.below(500), false);
            left.turn();
            right.turn();
            rough.runFor(10, TimeUnit.MILLISECONDS);
          }
          rough.runFor(20, TimeUnit.SECONDS);

          assertEquals(150 - left.lost(), right.arrivals.size());
          assertEquals(150 - right.lost(), left.arrivals.size());
        });
  }
}
