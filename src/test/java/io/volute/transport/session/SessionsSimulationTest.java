package io.volute.transport.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.testing.Generator;
import io.volute.testing.Seeds;
import io.volute.transport.TransportCounter;
import io.volute.transport.seal.Checksum;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Two processes and any weather between them. */
class SessionsSimulationTest {
  private static final int ROUNDS = 4;
  private static final long LONGEST_SECONDS = 120;

  @Test
  void shouldDeliverEachMessageOnceWhenTheNetworkDoesItsWorst() {
    Seeds.check(1000, random -> exchange(random, false));
  }

  @Test
  void shouldDeliverNothingOfAnOldLifeWhenAPeerRestarts() {
    Seeds.check(500, random -> exchange(random, true));
  }

  private static void exchange(Generator random, boolean restarts) {
    SimPath path = new SimPath(random);
    brew(path.weather, random);
    SimPeer left = new SimPeer(path, 1, 100, new Checksum());
    SimPeer right = new SimPeer(path, 2, 200, new Checksum());
    left.meet(right);
    long lives = 201;
    for (int round = 0; round < ROUNDS; round++) {
      talk(random, left, right);
      talk(random, right, left);
      path.runFor(random.between(0, 200), TimeUnit.MILLISECONDS);
      if (restarts && random.chance(60)) {
        assertAtMostWhatWasSent(left, right);
        right.kill();
        right = new SimPeer(path, 2, lives++, new Checksum());
        left.meet(right);
      }
    }
    long end = path.nowNanos() + TimeUnit.SECONDS.toNanos(LONGEST_SECONDS);
    while (!isSettled(left, right) && path.nowNanos() < end) {
      path.runFor(1, TimeUnit.SECONDS);
    }
    assertTrue(isSettled(left, right), "messages are still under way");
    if (!restarts) {
      assertAllArrived(left, right);
      assertAllArrived(right, left);
    }
    path.runFor(40, TimeUnit.SECONDS);
    assertEquals(left.sessions.room().totalBytes(), left.sessions.room().freeBytes());
  }

  /** A slow path may let messages grow too old before they begin; nothing else is given up. */
  private static void assertAllArrived(SimPeer from, SimPeer to) {
    long expired = from.count(TransportCounter.LOST_EXPIRED);
    assertEquals(expired, from.lost(), from::toString);
    assertEquals(from.sent() - expired, to.arrivals.size(), from::toString);
  }

  @Test
  void shouldDeliverPerishableMessagesInTimeOrNotAtAll() {
    Seeds.check(
        300,
        random -> {
          SimPath path = new SimPath(random);
          brew(path.weather, random);
          path.weather.bytesPerSecond = 0;
          SimPeer left = new SimPeer(path, 1, 100, new Checksum());
          SimPeer right = new SimPeer(path, 2, 200, new Checksum());
          left.meet(right);
          List<Long> sentNanos = new ArrayList<>();
          for (int i = 0; i < 60; i++) {
            path.weather.isDown = random.chance(20);
            sentNanos.add(path.nowNanos());
            assertTrue(
                left.send(right, (int) random.ofBits(17 + random.below(3)), Handling.PERISHABLE));
            left.turn();
            path.runFor(random.between(0, 60), TimeUnit.MILLISECONDS);
          }
          path.weather.isDown = false;
          path.runFor(30, TimeUnit.SECONDS);

          long most = Outbox.PERISHABLE_NANOS + path.weather.delayNanos + path.weather.jitterNanos;
          for (SimPeer.Arrival arrival : right.arrivals) {
            long ageNanos = arrival.atNanos() - sentNanos.get(arrival.number());
            assertTrue(ageNanos <= most, ageNanos + " ns late");
          }
          assertEquals(0, left.sessions.outgoingBytes(right.node), left::toString);
          long settled = right.arrivals.size() + left.lost();
          assertTrue(settled >= left.sent(), left::toString);
          path.weather.lossPercent = 0;
          path.weather.damagePercent = 0;
          left.send(right, 900_000, false);
          left.turn();
          int before = right.arrivals.size();
          path.runFor(60, TimeUnit.SECONDS);
          assertEquals(before + 1, right.arrivals.size(), () -> left + "\n" + right);
        });
  }

  private static void assertAtMostWhatWasSent(SimPeer left, SimPeer right) {
    assertTrue(right.arrivals.size() <= left.sent());
  }

  private static boolean isSettled(SimPeer left, SimPeer right) {
    return left.sessions.outgoingBytes(right.node) == 0
        && right.sessions.outgoingBytes(left.node) == 0;
  }

  /** Any mix of loss up to 30 %, repeats, damage, delay and disorder, with or without a limit. */
  private static void brew(SimPath.Weather weather, Generator random) {
    weather.lossPercent = random.chance(30) ? 0 : random.below(31);
    weather.repeatPercent = random.chance(50) ? 0 : random.below(30);
    weather.damagePercent = random.chance(50) ? 0 : random.below(10);
    weather.delayNanos = random.between(10_000, random.chance(70) ? 1_000_000 : 80_000_000);
    weather.jitterNanos = random.chance(50) ? 0 : random.between(0, 2 * weather.delayNanos);
    weather.mtuBytes = random.pick(List.of(1200, 1472, 9000, 65_507));
    weather.bytesPerSecond = random.chance(60) ? 0 : random.between(1 << 20, 1 << 26);
    weather.queueBytes = random.between(20_000, 500_000);
  }

  private static void talk(Generator random, SimPeer from, SimPeer to) {
    int messages = random.below(12);
    for (int i = 0; i < messages; i++) {
      int length = random.chance(70) ? random.below(1500) : (int) random.ofBits(17);
      assertTrue(from.send(to, length, random.chance(20)));
    }
    if (random.chance(10)) {
      assertTrue(from.send(to, (int) random.between(100_000, 600_000), false));
    }
    from.turn();
  }

  @Test
  void shouldRepeatARunExactlyWhenGivenTheSameSeed() {
    assertEquals(fingerprint(5), fingerprint(5));
  }

  private static String fingerprint(long seed) {
    Generator random = new Generator(seed);
    SimPath path = new SimPath(random);
    brew(path.weather, random);
    SimPeer left = new SimPeer(path, 1, 100, new Checksum());
    SimPeer right = new SimPeer(path, 2, 200, new Checksum());
    left.meet(right);
    for (int i = 0; i < 50; i++) {
      talk(random, left, right);
    }
    path.runFor(5, TimeUnit.SECONDS);
    return right.arrivals + " " + left.count(TransportCounter.SENT_BYTES);
  }
}
