package io.volute.hashing;

import io.volute.causal.Dot;
import io.volute.record.VersionSet;
import java.nio.charset.StandardCharsets;

/**
 * A digest of a key's live versions. A version is named by its dot, so the dots are enough. The
 * digest is additive: that of a set is the sum of its versions' digests, so it can be kept up to
 * date without the rest of the set.
 */
public final class SetDigest {
  private SetDigest() {}

  /** 0 for the empty set. */
  public static long of(VersionSet versions) {
    long sum = 0;
    for (int i = 0; i < versions.size(); i++) {
      sum += of(versions.get(i).dot());
    }
    return sum;
  }

  private static long of(Dot dot) {
    byte[] node = dot.actor().node().text().getBytes(StandardCharsets.US_ASCII);
    long hash = Hash64.of(node, dot.actor().incarnation());
    return Hash64.mix(hash ^ Hash64.mix(dot.counter()));
  }
}
