package io.volute.hashing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.volute.causal.CausalContext;
import io.volute.causal.Dot;
import io.volute.identity.Actor;
import io.volute.identity.NodeId;
import io.volute.record.VersionSet;
import io.volute.testing.Words;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SetDigestTest {
  private static VersionSet single(Dot dot) {
    return VersionSet.of(Words.version(dot, CausalContext.EMPTY, 1));
  }

  @Test
  void shouldStayTheSameWhenTheProgramChanges() {
    // Members of different versions compare their digests.
    Dot dot = new Dot(new Actor(new NodeId("a"), 7), 5);
    assertEquals(0, SetDigest.of(VersionSet.EMPTY));
    assertEquals(2722385840088494194L, SetDigest.of(single(dot)));
  }

  @Test
  void shouldBeTheSumOfItsPartsWhenSetHasSiblings() {
    VersionSet first = single(new Dot(Words.ACTORS.get(0), 1));
    VersionSet second = single(new Dot(Words.ACTORS.get(1), 1));
    assertEquals(SetDigest.of(first) + SetDigest.of(second), SetDigest.of(second.merge(first)));
  }

  @Test
  void shouldDifferWhenAnyPartOfTheDotDiffers() {
    Set<Long> digests = new HashSet<>();
    int dots = 0;
    for (Actor actor : Words.ACTORS) {
      for (long counter = 1; counter <= 200; counter++) {
        digests.add(SetDigest.of(single(new Dot(actor, counter))));
        dots++;
      }
    }
    assertEquals(dots, digests.size());
    assertNotEquals(true, digests.contains(0L));
  }
}
