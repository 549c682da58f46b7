package io.volute.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.record.Mirrors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AckLevelTest {
  private static final Mirrors THREE = new Mirrors(3);

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 2", "3, 2", "4, 3", "5, 3", "255, 128"})
  void shouldBeAMajorityWhenQuorumIsAsked(int owners, int required) {
    for (AckLevel level : new AckLevel[] {AckLevel.QUORUM, AckLevel.DEFAULT}) {
      assertEquals(required, level.forWrite(THREE, owners));
      assertEquals(required, level.forRead(THREE, owners));
    }
    assertEquals(required, AckLevel.QUORUM.forWrite(Mirrors.CLONE, owners));
    assertEquals(required, AckLevel.QUORUM.forRead(Mirrors.CLONE, owners));
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 2", "3, 2", "100, 2"})
  void shouldWriteTwoAndReadOneWhenCloneKeyIsByDefault(int owners, int writes) {
    assertEquals(writes, AckLevel.DEFAULT.forWrite(Mirrors.CLONE, owners));
    assertEquals(1, AckLevel.DEFAULT.forRead(Mirrors.CLONE, owners));
  }

  @ParameterizedTest
  @CsvSource({"1", "3", "255"})
  void shouldOverlapWhenReadsAndWritesAskForQuorums(int owners) {
    int writes = AckLevel.QUORUM.forWrite(THREE, owners);
    int reads = AckLevel.QUORUM.forRead(THREE, owners);
    assertTrue(writes + reads > owners);
    assertTrue(2 * writes > owners);
  }

  @Test
  void shouldAskForJustThatWhenCountOrAllIsGiven() {
    assertEquals(1, AckLevel.ONE.forWrite(THREE, 3));
    assertEquals(1, AckLevel.ONE.forRead(Mirrors.CLONE, 9));
    assertEquals(2, AckLevel.of(2).forRead(THREE, 3));
    assertEquals(3, AckLevel.ALL.forWrite(THREE, 3));
    assertEquals(9, AckLevel.ALL.forRead(Mirrors.CLONE, 9));
    // Whoever knows the owners refuses it; the level does not shrink silently.
    assertEquals(5, AckLevel.of(5).forWrite(THREE, 3));
  }

  @Test
  void shouldRefuseToBeMadeWhenCountDoesNotFitTheKind() {
    assertThrows(IllegalArgumentException.class, () -> AckLevel.of(0));
    assertThrows(IllegalArgumentException.class, () -> AckLevel.of(256));
    assertThrows(IllegalArgumentException.class, () -> new AckLevel(AckLevel.Kind.QUORUM, 1));
    assertEquals(255, AckLevel.of(255).count());
  }
}
