package io.volute.causal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.identity.Actor;
import io.volute.identity.NodeId;
import java.util.List;
import org.junit.jupiter.api.Test;

class CausalContextTest {
  private static final Actor A = new Actor(new NodeId("a"), 0);
  private static final Actor A_REBORN = new Actor(new NodeId("a"), 1);
  private static final Actor B = new Actor(new NodeId("b"), 0);

  @Test
  void shouldCoverOnlyItsDotsWhenBuiltFromDots() {
    CausalContext context = CausalContext.of(new Dot(A, 3)).with(new Dot(A, 7));
    assertTrue(context.covers(new Dot(A, 3)));
    assertTrue(context.covers(new Dot(A, 7)));
    assertFalse(context.covers(new Dot(A, 1)));
    assertFalse(context.covers(new Dot(A, 5)));
    assertFalse(context.covers(new Dot(A, 8)));
    assertFalse(context.covers(new Dot(B, 3)));
  }

  @Test
  void shouldCoverEverythingUpToItWhenBaseIsRaised() {
    CausalContext context = CausalContext.of(new Dot(A, 7)).raised(A, 5);
    assertTrue(context.covers(new Dot(A, 1)));
    assertTrue(context.covers(new Dot(A, 5)));
    assertFalse(context.covers(new Dot(A, 6)));
    assertTrue(context.covers(new Dot(A, 7)));
    assertEquals(7, context.highest(A));
    assertEquals("a#0:≤5+7", context.toString());
  }

  @Test
  void shouldForgetExtrasWhenBaseOvertakesThem() {
    CausalContext context =
        CausalContext.of(new Dot(A, 2)).with(new Dot(A, 4)).with(new Dot(A, 9)).raised(A, 4);
    assertEquals(CausalContext.EMPTY.raised(A, 4).with(new Dot(A, 9)), context);
  }

  @Test
  void shouldBeEqualHoweverItsExtrasWent() {
    CausalContext both = CausalContext.of(new Dot(A, 3)).with(new Dot(B, 5));
    CausalContext bases = CausalContext.EMPTY.raised(B, 5).raised(A, 3);
    assertEquals(bases, both.raised(A, 3).raised(B, 5));
    assertEquals(bases.hashCode(), both.raised(B, 5).raised(A, 3).hashCode());
    CausalContext mixed = CausalContext.EMPTY.raised(A, 3).with(new Dot(B, 5));
    assertEquals(mixed, both.raised(A, 3));
    assertEquals(mixed, CausalContext.of(new Dot(B, 5)).join(CausalContext.EMPTY.raised(A, 3)));
    assertEquals(CausalContext.of(new Dot(A, 9)).with(new Dot(A, 4)), both(4, 9));
  }

  private static CausalContext both(long one, long other) {
    return CausalContext.of(new Dot(A, one)).with(new Dot(A, other));
  }

  @Test
  void shouldNotRaiseBaseByItselfWhenDotsHappenToFollowEachOther() {
    // Counters are an actor's own over all keys: that 1 and 2 are of this key is chance.
    CausalContext dots = CausalContext.of(new Dot(A, 1)).with(new Dot(A, 2));
    CausalContext base = CausalContext.EMPTY.raised(A, 2);
    assertNotEquals(base, dots);
    assertTrue(base.covers(dots));
    assertFalse(dots.covers(base));
  }

  @Test
  void shouldKeepLivesApartWhenActorIsReborn() {
    CausalContext context = CausalContext.EMPTY.raised(A, 100);
    assertFalse(context.covers(new Dot(A_REBORN, 1)));
    assertEquals(0, context.highest(A_REBORN));
    assertEquals(List.of(A, A_REBORN), context.with(new Dot(A_REBORN, 1)).actors());
  }

  @Test
  void shouldBeTheSameObjectWhenNothingChanges() {
    CausalContext context = CausalContext.EMPTY.raised(A, 5).with(new Dot(B, 2));
    assertSame(context, context.with(new Dot(A, 4)));
    assertSame(context, context.with(new Dot(B, 2)));
    assertSame(context, context.raised(A, 5));
    assertSame(context, context.raised(B, 0));
    assertSame(context, context.join(CausalContext.EMPTY));
    assertSame(context, CausalContext.EMPTY.join(context));
  }

  @Test
  void shouldCoverAndBeCoveredWhenEmpty() {
    CausalContext context = CausalContext.of(new Dot(A, 1));
    assertTrue(CausalContext.EMPTY.isEmpty());
    assertTrue(context.covers(CausalContext.EMPTY));
    assertTrue(CausalContext.EMPTY.covers(CausalContext.EMPTY));
    assertFalse(CausalContext.EMPTY.covers(context));
    assertEquals("nothing", CausalContext.EMPTY.toString());
  }

  @Test
  void shouldRefuseDotWhenCounterIsNotPositive() {
    assertThrows(IllegalArgumentException.class, () -> new Dot(A, 0));
    assertThrows(IllegalArgumentException.class, () -> new Dot(A, -1));
  }
}
