package io.volute.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.causal.CausalContext;
import io.volute.testing.Generator;
import io.volute.testing.Seeds;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Sets of versions against a naive one that keeps every version, over random histories. */
class VersionSetPropertiesTest {
  private static final int RUNS = 1500;

  private static History history(Generator generator) {
    return new History(generator).run(5 + generator.below(40));
  }

  private static VersionSet pick(History history) {
    return history.generator.pick(history.replicas).set;
  }

  @Test
  void shouldHoldWhatTheNaiveSetDerivesWhenReplicasReadWriteAndLearn() {
    // The replicas compare after every step.
    Seeds.check(RUNS, VersionSetPropertiesTest::history);
  }

  @Test
  void shouldEndTheSameWhenAllVersionsArriveInAnyOrder() {
    Seeds.check(
        RUNS,
        generator -> {
          History history = history(generator);
          List<Version> arriving = new ArrayList<>(history.written.values());
          arriving.addAll(arriving.subList(0, generator.below(arriving.size() + 1)));
          VersionSet one = VersionSet.of(generator.shuffled(arriving));
          VersionSet other = VersionSet.of(generator.shuffled(arriving));
          assertEquals(one, other);
          assertEquals(one.hashCode(), other.hashCode());
          assertEquals(VersionSet.of(History.live(history.written.values())), one);
        });
  }

  @Test
  void shouldConvergeWhenReplicasMergeUntilNothingChanges() {
    Seeds.check(
        RUNS,
        generator -> {
          History history = history(generator);
          VersionSet merged = VersionSet.EMPTY;
          for (History.Replica replica : generator.shuffled(history.replicas)) {
            merged = merged.merge(replica.set);
          }
          // Every version was live somewhere once, so the merge knows them all.
          assertEquals(VersionSet.of(History.live(history.written.values())), merged);
        });
  }

  @Test
  void shouldBeASemilatticeWhenSetsMerge() {
    Seeds.check(
        RUNS,
        generator -> {
          History history = history(generator);
          VersionSet a = pick(history);
          VersionSet b = pick(history);
          VersionSet c = pick(history);
          assertSame(a, a.merge(a));
          assertEquals(a.merge(b), b.merge(a));
          assertEquals(a.merge(b).merge(c), a.merge(b.merge(c)));
          assertSame(a, a.merge(VersionSet.EMPTY));
          VersionSet merged = a.merge(b);
          assertSame(merged, merged.merge(b));
          assertTrue(merged.context().covers(a.context().join(b.context())));
        });
  }

  @Test
  void shouldLeaveJustTheNewVersionWhenItReplacesAllThatASetHasSeen() {
    Seeds.check(
        RUNS,
        generator -> {
          History history = history(generator);
          VersionSet set = pick(history);
          CausalContext context = set.context();
          for (Version version : set) {
            assertTrue(context.covers(version.dot()));
            assertTrue(set.knows(version.dot()));
            assertEquals(version, set.find(version.dot()).orElseThrow());
          }
          assertEquals(context, set.contextFor(context));
        });
  }

  @Test
  void shouldReplaceWhatIsReplacedWhenVersionsFormAChain() {
    Seeds.check(
        RUNS,
        generator -> {
          List<Version> versions = new ArrayList<>(history(generator).written.values());
          for (Version version : versions) {
            for (Version older : versions) {
              if (version.replaces().covers(older.dot())) {
                assertTrue(version.replaces().covers(older.replaces()), version + " over " + older);
              }
            }
          }
        });
  }
}
