package io.volute.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.daemon.Home.Identity;
import io.volute.daemon.Life.Evidence;
import io.volute.identity.Actor;
import io.volute.identity.NodeId;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LifeTest {
  private static final NodeId NODE = new NodeId("n1");
  private static final Identity FORMER = new Identity(NODE, 1000);
  private static final long WALL_MILLIS = 1_700_000_000_000L;

  @Test
  void shouldGoOnAfterAnOrderlyStopInWhateverBoot() {
    assertGoesOn(new Evidence(true, true, false, true, true));
    assertGoesOn(new Evidence(true, true, false, true, false));
  }

  @Test
  void shouldGoOnAfterAKillWhenTheMachineHasBeenRunningSince() {
    assertGoesOn(new Evidence(true, false, false, true, true));
  }

  @Test
  void shouldBeginAnewAfterAnUncleanStopAndARestartOfTheMachine() {
    assertBeginsAnew(new Evidence(true, false, false, true, false));
  }

  @Test
  void shouldBeginAnewInACopyOfTheHome() {
    assertBeginsAnew(new Evidence(true, true, false, false, true));
    assertBeginsAnew(new Evidence(true, false, false, false, true));
  }

  @Test
  void shouldBeginAnewWhenTheStoreIsDamagedOrGone() {
    assertBeginsAnew(new Evidence(true, true, true, true, true));
    assertBeginsAnew(new Evidence(false, false, false, true, true));
  }

  @Test
  void shouldBeginWithALaterLifeWhenTheClockWentBack() {
    Evidence wiped = new Evidence(false, false, false, true, true);
    Identity late = new Identity(NODE, Actor.MAX_INCARNATION - 10);
    Actor actor = Life.begin(NODE, Optional.of(late), wiped, 0, 0);
    assertEquals(late.incarnation() + 1, actor.incarnation());
  }

  @Test
  void shouldBeginSomewhereWhenThereWasNoFormerLife() {
    Evidence nothing = new Evidence(false, false, false, false, false);
    Actor first = Life.begin(NODE, Optional.empty(), nothing, WALL_MILLIS, 1);
    Actor other = Life.begin(NODE, Optional.empty(), nothing, WALL_MILLIS, 2);
    assertTrue(first.incarnation() != other.incarnation(), "two wiped nodes in one millisecond");
  }

  private static void assertGoesOn(Evidence evidence) {
    Actor actor = Life.begin(NODE, Optional.of(FORMER), evidence, WALL_MILLIS, 5);
    assertEquals(new Actor(NODE, FORMER.incarnation()), actor);
  }

  private static void assertBeginsAnew(Evidence evidence) {
    Actor actor = Life.begin(NODE, Optional.of(FORMER), evidence, WALL_MILLIS, 5);
    assertTrue(actor.incarnation() > FORMER.incarnation(), actor::toString);
  }
}
