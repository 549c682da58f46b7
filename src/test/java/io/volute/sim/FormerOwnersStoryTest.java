package io.volute.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.volute.command.AckLevel;
import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.command.Condition;
import io.volute.message.Message;
import io.volute.port.Store;
import io.volute.record.Mirrors;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * A key got fewer mirrors, and one of those who owned it before still has the old version, as a
 * disk that is restored does. Found by seed 87279, moving with rot on the log.
 */
class FormerOwnersStoryTest {
  private static final String KEY = "k";
  private static final Name NAME = Name.of(KEY);
  private static final long NEVER_MILLIS = 3_600_000;
  private static final long SETTLED_MILLIS = 20_000;
  private static final long SYNC_MILLIS = 30_000;
  private static final long STEP_MILLIS = 100;

  private final SimCluster cluster = new SimCluster(6);
  private final List<String> order = cluster.preference(KEY);

  private void write(String value, int mirrors, AckLevel level) {
    Command.Write write =
        new Command.Write(
            NAME,
            Value.of(value),
            "",
            Optional.of(new Mirrors(mirrors)),
            Optional.empty(),
            0,
            level,
            Condition.NONE);
    assertInstanceOf(Answer.Written.class, cluster.ask(order.get(0), write));
  }

  /** All have given the key up but its one owner; then the last of four has the old one again. */
  private void restoreTheOldVersionAtOne() throws Exception {
    write("four", 4, AckLevel.ALL);
    Store store = cluster.store(order.get(3));
    VersionSet old = store.versions(NAME);
    Version version = old.asList().get(0);
    final Value value = store.value(NAME, version.dot()).orElseThrow();
    write("one", 1, AckLevel.ALL);
    cluster.pass(SETTLED_MILLIS);
    for (String former : order.subList(1, 4)) {
      assertEquals(List.of(), cluster.held(former, KEY), former);
    }
    store.put(NAME, version, value, old);
  }

  /** Nobody else begins a comparison from now on. */
  private void letCompare(List<String> these) {
    for (String other : order) {
      if (!these.contains(other)) {
        cluster.slowDown(other, Message.CompareGroups.class, NEVER_MILLIS);
      }
    }
  }

  private void checkThatNobodyTakesIt() {
    for (long passed = 0; passed < SYNC_MILLIS; passed += STEP_MILLIS) {
      cluster.pass(STEP_MILLIS);
      for (String former : order.subList(1, 3)) {
        assertEquals(List.of(), cluster.held(former, KEY), former + " after " + passed);
      }
    }
    assertEquals(List.of("one"), cluster.held(order.get(0), KEY));
  }

  @Test
  void shouldNotFetchAnOldVersionFromOneWhoHoldsItAsAnOwner() throws Exception {
    restoreTheOldVersionAtOne();
    letCompare(order.subList(1, 3));
    checkThatNobodyTakesIt();
  }

  @Test
  void shouldBringNobodyAnOldVersionAndLearnThatItIsNoOwner() throws Exception {
    restoreTheOldVersionAtOne();
    letCompare(order.subList(3, 4));
    checkThatNobodyTakesIt();
    assertEquals(List.of(), cluster.held(order.get(3), KEY));
  }

  /**
   * The owners knew all of what it holds in their stead, before they went on; so it has no reason
   * to bring it to them, and the former owners never confirm it. Found by seed 87458.
   */
  @Test
  void shouldGiveUpWhatItHoldsInTheSteadOfFormerOwners() throws Exception {
    write("four", 4, AckLevel.ALL);
    Store owners = cluster.store(order.get(0));
    VersionSet old = owners.versions(NAME);
    Version version = old.asList().get(0);
    Value value = owners.value(NAME, version.dot()).orElseThrow();
    // While one of them is away the copy can't go.
    cluster.kill(order.get(3));
    cluster.store(order.get(5)).put(NAME, version, value, old);
    cluster.pass(SETTLED_MILLIS);
    assertEquals(List.of("four"), cluster.held(order.get(5), KEY));
    write("one", 1, AckLevel.ONE);
    cluster.pass(SETTLED_MILLIS);
    assertEquals(List.of(), cluster.held(order.get(5), KEY));
    assertEquals(List.of("one"), cluster.held(order.get(0), KEY));
  }
}
