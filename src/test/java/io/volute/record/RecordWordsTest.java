package io.volute.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.causal.CausalContext;
import io.volute.causal.Dot;
import io.volute.testing.Words;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The small words: mirror counts, values, single versions. */
class RecordWordsTest {
  private static final Dot DOT = new Dot(Words.ACTORS.get(0), 5);

  @ParameterizedTest
  @CsvSource({"0, 7, 7", "0, 0, 0", "3, 7, 3", "3, 2, 2", "255, 300, 255"})
  void shouldHaveThatManyOwnersWhenThereAreMembers(int count, int members, int owners) {
    assertEquals(owners, new Mirrors(count).among(members));
  }

  @ParameterizedTest
  @CsvSource({"3, 5, 5", "5, 3, 5", "3, 3, 3", "0, 255, 0", "255, 0, 0", "0, 0, 0"})
  void shouldIncludeBothWhenWidestIsTaken(int one, int other, int widest) {
    assertEquals(new Mirrors(widest), new Mirrors(one).widest(new Mirrors(other)));
  }

  @Test
  void shouldRefuseMirrorsWhenOutOfRange() {
    assertThrows(IllegalArgumentException.class, () -> new Mirrors(-1));
    assertThrows(IllegalArgumentException.class, () -> new Mirrors(256));
    assertTrue(new Mirrors(0).isClone());
    assertFalse(new Mirrors(1).isClone());
  }

  @Test
  void shouldBeEqualWhenValuesHaveTheSameBytes() {
    assertEquals(Value.of("ab"), Value.of(new byte[] {'a', 'b'}));
    assertEquals(Value.of("ab").hashCode(), Value.of(new byte[] {'a', 'b'}).hashCode());
    assertSame(Value.EMPTY, Value.of(new byte[0]));
    assertEquals("2 bytes", Value.of("ab").toString());
  }

  @Test
  void shouldHaveSeenItselfAndWhatItReplacesWhenContextOfVersionIsAsked() {
    CausalContext replaces = CausalContext.EMPTY.raised(DOT.actor(), 3);
    Version version = Words.version(DOT, replaces, 1);
    assertEquals(replaces.with(DOT), version.context());
  }

  @Test
  void shouldExpireAtItsTimeAndNotBefore() {
    Version version =
        new Version(DOT, CausalContext.EMPTY, Version.Kind.VALUE, Mirrors.CLONE, 100, 200, "", 0);
    assertTrue(version.isVisibleAt(199));
    assertFalse(version.isExpiredAt(199));
    assertFalse(version.isVisibleAt(200));
    assertTrue(version.isExpiredAt(200));
    assertFalse(Words.version(DOT, CausalContext.EMPTY, 1).isExpiredAt(Long.MAX_VALUE));
    assertFalse(Words.tombstone(DOT, CausalContext.EMPTY, 1).isVisibleAt(0));
  }

  @Test
  void shouldNotBeMadeWhenVersionReplacesItself() {
    assertThrows(AssertionError.class, () -> Words.version(DOT, CausalContext.of(DOT), 1));
  }
}
