package io.volute.transport.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.testing.Generator;
import io.volute.transport.TransportCounter;
import io.volute.transport.seal.Checksum;
import io.volute.transport.seal.Guard;
import io.volute.transport.seal.TestGuards;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * What sessions promise, over whatever network there is. The peers check each arrival: whole,
 * unchanged, at most once, and in order in its channel.
 */
abstract class SessionsContract {
  private static final long STEP_MILLIS = 5;
  private static final List<Supplier<Guard>> GUARDS =
      List.of(Checksum::new, () -> TestGuards.of("a"), () -> TestGuards.restless(32, "a"));

  private SimPath path;
  private SimPeer left;
  private SimPeer right;

  /** A network of its own for each test. */
  abstract SimPath open(Generator random);

  private void begin(Supplier<Guard> guard) {
    path = open(new Generator(12));
    left = new SimPeer(path, 1, 100, guard.get());
    right = new SimPeer(path, 2, 200, guard.get());
    left.meet(right);
  }

  private void await(BooleanSupplier holds) {
    long end = path.nowNanos() + TimeUnit.SECONDS.toNanos(30);
    while (!holds.getAsBoolean()) {
      assertTrue(path.nowNanos() < end, () -> "not in time: " + left + "\n" + right);
      path.runFor(STEP_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  /** Messages of all kinds both ways, and that all of them arrive. */
  private void talk(int messages) {
    int ofLeft = left.arrivals.size();
    int ofRight = right.arrivals.size();
    Generator random = new Generator(messages);
    for (int i = 0; i < messages; i++) {
      Handling handling = i % 3 == 0 ? Handling.FIRST : Handling.USUAL;
      int length = i % 40 == 39 ? 200_000 : random.below(3000);
      assertTrue(left.send(right, length, handling));
      assertTrue(right.send(left, random.below(500), handling));
      left.turn();
      right.turn();
    }
    await(
        () ->
            left.arrivals.size() == ofLeft + messages
                && right.arrivals.size() == ofRight + messages);
  }

  @Test
  void shouldDeliverEachMessageOnceAndInOrder() {
    for (Supplier<Guard> guard : GUARDS) {
      begin(guard);
      talk(120);
      assertEquals(0, left.lost() + right.lost());
    }
  }

  @Test
  void shouldDeliverEachMessageOnceAndInOrderInBadWeather() {
    for (Supplier<Guard> guard : GUARDS) {
      begin(guard);
      path.weather.lossPercent = 20;
      path.weather.repeatPercent = 20;
      path.weather.damagePercent = 5;
      path.weather.jitterNanos = TimeUnit.MILLISECONDS.toNanos(1);
      talk(120);
      assertTrue(left.count(TransportCounter.RESENT_PARTS) > 0);
    }
  }

  @Test
  void shouldDeliverNothingOfAnOldLifeWhenAPeerRestarts() {
    begin(GUARDS.get(1));
    talk(10);
    path.weather.isDown = true;
    assertTrue(left.send(right, 400, Handling.USUAL));
    left.turn();
    right.kill();
    path.weather.isDown = false;
    right = new SimPeer(path, 2, 201, GUARDS.get(1).get());
    left.meet(right);
    talkFromRight();
    await(() -> left.count(TransportCounter.SESSIONS_REPLACED) == 1);
    assertEquals(0, right.arrivals.size());
    talk(10);
    assertEquals(10, right.arrivals.size());
  }

  private void talkFromRight() {
    int before = left.arrivals.size();
    assertTrue(right.send(left, 100, Handling.USUAL));
    right.turn();
    await(() -> left.arrivals.size() > before);
  }

  @Test
  void shouldStopTheSenderWhenTheReceiverStandsStillAndGoOnAfterwards() {
    begin(GUARDS.get(0));
    talk(10);
    int before = right.arrivals.size();
    right.stop();
    int taken = 0;
    for (int i = 0; i < 100; i++) {
      taken += left.send(right, 1 << 20, Handling.USUAL) ? 1 : 0;
      left.turn();
    }
    int expected = before + taken;
    assertTrue(taken < 60, "took " + taken + " MiB");
    assertFalse(left.sessions.hasRoom(right.node));
    path.runFor(300, TimeUnit.MILLISECONDS);
    right.resume();
    await(() -> right.arrivals.size() == expected);
    assertTrue(left.sessions.hasRoom(right.node));
  }

  @Test
  void shouldFollowAPeerToAnotherAddress() {
    begin(GUARDS.get(1));
    talk(10);
    right.moveTo(7);
    talkFromRight();
    talk(10);
    assertEquals(1, left.count(TransportCounter.SESSIONS_OPENED));
    assertEquals(1, left.count(TransportCounter.SESSIONS_MOVED));
  }

  @Test
  void shouldDeliverNothingThatWasCapturedAndSentAgain() {
    for (Supplier<Guard> guard : GUARDS) {
      begin(guard);
      path.isCapturing = true;
      talk(60);
      path.isCapturing = false;
      int before = left.arrivals.size() + right.arrivals.size();
      for (byte[] datagram : new ArrayList<>(path.captured())) {
        path.carry(left.address, right.address, datagram);
        path.carry(right.address, left.address, datagram);
      }
      path.runFor(200, TimeUnit.MILLISECONDS);
      assertEquals(before, left.arrivals.size() + right.arrivals.size());
      talk(10);
    }
  }
}
