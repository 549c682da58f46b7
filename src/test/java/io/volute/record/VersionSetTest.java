package io.volute.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.causal.CausalContext;
import io.volute.causal.Dot;
import io.volute.identity.Actor;
import io.volute.identity.NodeId;
import io.volute.testing.Words;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class VersionSetTest {
  private static final Actor A = new Actor(new NodeId("a"), 0);
  private static final Actor B = new Actor(new NodeId("b"), 0);

  private static Version write(Actor actor, long counter, CausalContext replaces) {
    return Words.version(new Dot(actor, counter), replaces, counter);
  }

  /** What a coordinator does: the new version replaces what was asked, closed over what it has. */
  private static VersionSet written(
      VersionSet before, Actor actor, long counter, CausalContext asked) {
    return before.with(write(actor, counter, before.contextFor(asked)));
  }

  @Test
  void shouldKeepBothWhenWritesAreConcurrent() {
    Version one = write(A, 1, CausalContext.EMPTY);
    Version other = write(B, 1, CausalContext.EMPTY);
    VersionSet both = VersionSet.of(other).with(one);
    assertEquals(List.of(one, other), both.asList());
    assertEquals(Optional.of(one), both.find(one.dot()));
    assertEquals("[a#0:1, b#0:1]", both.toString());
  }

  @Test
  void shouldKeepOnlyTheNewOneWhenItReplacesWhatIsThere() {
    VersionSet before = VersionSet.of(write(A, 1, CausalContext.EMPTY));
    Version next = write(B, 1, before.context());
    assertEquals(List.of(next), before.with(next).asList());
  }

  @Test
  void shouldIgnoreTheOldOneWhenItComesLate() {
    Version old = write(A, 1, CausalContext.EMPTY);
    VersionSet set = VersionSet.of(write(B, 1, old.context()));
    assertTrue(set.knows(old.dot()));
    assertSame(set, set.with(old));
    assertFalse(set.knows(new Dot(A, 2)));
  }

  @Test
  void shouldKeepTheOtherSiblingWhenOneOfTheSameActorIsResolved() {
    VersionSet siblings = written(VersionSet.EMPTY, A, 1, CausalContext.EMPTY);
    siblings = written(siblings, A, 2, CausalContext.EMPTY);
    assertEquals(2, siblings.size());
    CausalContext ownToken = siblings.asList().get(1).context();
    VersionSet resolved = written(siblings, A, 3, ownToken);
    assertEquals("[a#0:1, a#0:3]", resolved.toString());
    // A version vector would have read {a: 2} as "1 and 2" and lost the first silently.
    CausalContext firstToken = siblings.asList().get(0).context();
    assertEquals("[a#0:2, a#0:3]", written(siblings, A, 3, firstToken).toString());
  }

  @Test
  void shouldReplaceAllSiblingsWhenTokenOfTheWholeReadIsGiven() {
    VersionSet siblings = written(VersionSet.EMPTY, A, 1, CausalContext.EMPTY);
    siblings = written(siblings, A, 2, CausalContext.EMPTY);
    siblings = written(siblings, B, 1, CausalContext.EMPTY);
    assertEquals("[b#0:2]", written(siblings, B, 2, siblings.context()).toString());
  }

  @Test
  void shouldNotBringBackReplacedVersionWhenItsReplacementIsReplaced() {
    VersionSet first = written(VersionSet.EMPTY, A, 1, CausalContext.EMPTY);
    VersionSet second = written(first, A, 2, first.context());
    // The writer names just the dot that it saw; the coordinator adds what that one had replaced.
    VersionSet third = written(second, B, 1, CausalContext.of(new Dot(A, 2)));
    assertEquals("[b#0:1]", third.toString());
    assertEquals("[b#0:1]", third.merge(first).toString());
    assertEquals("[b#0:1]", first.merge(third).toString());
  }

  @Test
  void shouldStayDeletedWhenTheDeletedVersionComesBack() {
    VersionSet set = written(VersionSet.EMPTY, A, 1, CausalContext.EMPTY);
    VersionSet deleted = set.with(Words.tombstone(new Dot(B, 1), set.context(), 2));
    assertEquals(List.of(), deleted.merge(set).visibleAt(10));
    assertEquals(deleted, set.merge(deleted));
  }

  @Test
  void shouldKeepTheWriteWhenItIsConcurrentWithADelete() {
    VersionSet set = written(VersionSet.EMPTY, A, 1, CausalContext.EMPTY);
    VersionSet deleted = set.with(Words.tombstone(new Dot(B, 1), set.context(), 2));
    VersionSet rewritten = written(set, A, 2, set.context());
    VersionSet both = deleted.merge(rewritten);
    assertEquals(2, both.size());
    assertEquals(List.of(new Dot(A, 2)), both.visibleAt(10).stream().map(Version::dot).toList());
  }

  @Test
  void shouldShowNewestFirstAndTiesByNodeWhenVersionsAreVisible() {
    Version old = Words.version(new Dot(B, 9), CausalContext.EMPTY, 10);
    Version tieA = Words.version(new Dot(A, 1), CausalContext.EMPTY, 20);
    Version tieB = Words.version(new Dot(B, 1), CausalContext.EMPTY, 20);
    Version gone = Words.tombstone(new Dot(A, 3), CausalContext.EMPTY, 30);
    VersionSet set = VersionSet.of(List.of(old, tieA, gone, tieB));
    assertEquals(List.of(tieB, tieA, old), set.visibleAt(100));
  }

  @Test
  void shouldHideOnlyExpiredVersionsWhenTimePasses() {
    Version lasting = Words.version(new Dot(A, 1), CausalContext.EMPTY, 10);
    Version brief =
        new Version(
            new Dot(B, 1), CausalContext.EMPTY, Version.Kind.VALUE, new Mirrors(3), 20, 50, "", 1);
    VersionSet set = VersionSet.of(List.of(lasting, brief));
    assertEquals(List.of(brief, lasting), set.visibleAt(49));
    assertEquals(List.of(lasting), set.visibleAt(50));
    assertEquals(2, set.size());
  }

  @Test
  void shouldBeKeptByTheWidestWhenMirrorCountsDiffer() {
    Version three = write(A, 1, CausalContext.EMPTY);
    Version all =
        new Version(
            new Dot(B, 1),
            CausalContext.EMPTY,
            Version.Kind.VALUE,
            Mirrors.CLONE,
            1,
            Version.NEVER,
            "",
            1);
    assertEquals(Optional.empty(), VersionSet.EMPTY.mirrors());
    assertEquals(Optional.of(new Mirrors(3)), VersionSet.of(three).mirrors());
    assertEquals(Optional.of(Mirrors.CLONE), VersionSet.of(List.of(three, all)).mirrors());
  }
}
