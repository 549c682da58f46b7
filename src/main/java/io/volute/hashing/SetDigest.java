package io.volute.hashing;

import io.volute.causal.Dot;
import io.volute.record.Version;
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
    for (Version version : versions) {
      sum += of(version.dot());
    }
    return sum;
  }

  /**
   * What a key adds to the sum of its leaf in a hash tree: depends on which key it is and on its
   * live versions. The sums of two members are the same when what they hold is, and else with a
   * chance of one in 2^64.
   *
   * @param keyHash see {@link Partitions#hashOf}
   * @return 0 for a key without versions
   */
  public static long ofKey(long keyHash, VersionSet versions) {
    return versions.isEmpty() ? 0 : Hash64.mix(keyHash + Hash64.mix(of(versions)));
  }

  private static long of(Dot dot) {
    byte[] node = dot.actor().node().text().getBytes(StandardCharsets.US_ASCII);
    long hash = Hash64.of(node, dot.actor().incarnation());
    return Hash64.mix(hash ^ Hash64.mix(dot.counter()));
  }
}
