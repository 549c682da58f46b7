package io.volute.hashing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.volute.causal.CausalContext;
import io.volute.causal.Dot;
import io.volute.identity.Actor;
import io.volute.identity.NodeId;
import io.volute.record.VersionSet;
import io.volute.testing.Words;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DigestKeyTest {
  private static final Dot DOT = new Dot(new Actor(new NodeId("a"), 7), 5);

  private static DigestKey key(int first) {
    byte[] secret = new byte[DigestKey.SECRET_BYTES];
    secret[0] = (byte) first;
    return DigestKey.of(secret, first);
  }

  private static VersionSet single(Dot dot) {
    return VersionSet.of(Words.version(dot, CausalContext.EMPTY, 1));
  }

  @Test
  void shouldStayTheSameWhenTheProgramChanges() {
    // Members of different versions compare their digests, and stores keep sums of them.
    assertEquals(8923054261728089642L, DigestKey.PLAIN.ofKey(9, single(DOT)));
    assertEquals(-228734596103428182L, key(3).ofKey(9, single(DOT)));
  }

  @Test
  void shouldDifferWhenSecretOrKeyOrDotDiffers() {
    Set<Long> digests = new HashSet<>();
    int made = 0;
    for (DigestKey key : List.of(DigestKey.PLAIN, key(1), key(2))) {
      for (long hash = 0; hash < 50; hash++) {
        for (long counter = 1; counter <= 50; counter++) {
          digests.add(key.ofKey(hash, single(new Dot(DOT.actor(), counter))));
          made++;
        }
      }
    }
    assertEquals(made, digests.size());
  }

  @Test
  void shouldBeZeroWhenThereAreNoVersions() {
    assertEquals(0, DigestKey.PLAIN.ofKey(9, VersionSet.EMPTY));
    assertEquals(0, key(1).ofKey(9, VersionSet.EMPTY));
  }

  @Test
  void shouldNeverHaveTheFingerprintOfNoSecret() {
    assertNotEquals(DigestKey.PLAIN.fingerprint(), DigestKey.of(new byte[16], 0).fingerprint());
  }

  @Test
  void shouldRefuseKeysWhenTheyCantBeToldApart() {
    assertThrows(IllegalArgumentException.class, () -> DigestKey.checked(List.of()));
    assertThrows(IllegalArgumentException.class, () -> DigestKey.checked(List.of(key(1), key(1))));
  }
}
