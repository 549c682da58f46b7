package io.volute.hashing;

import io.volute.causal.Dot;
import io.volute.record.VersionSet;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A secret by which the digests in a hash tree are made. Sums of digests that anyone can compute
 * may be made to agree by who chooses what is summed (Wagner: A Generalized Birthday Problem,
 * CRYPTO 2002, section 4); without the secret nobody can tell what a write adds to a sum.
 *
 * <p>Immutable.
 */
public final class DigestKey {
  public static final int SECRET_BYTES = SipHash.KEY_BYTES;

  /** For a cluster without a secret: digests that everyone can compute. */
  public static final DigestKey PLAIN = new DigestKey(null, 0);

  private final SipHash secret;
  private final long fingerprint;

  private DigestKey(SipHash secret, long fingerprint) {
    this.secret = secret;
    this.fingerprint = fingerprint;
  }

  /**
   * A key over a secret.
   *
   * @param secret {@value #SECRET_BYTES} bytes
   * @param fingerprint names the key and tells nothing of it; 0 counts as 1, since {@link #PLAIN}
   *     has it
   */
  public static DigestKey of(byte[] secret, long fingerprint) {
    return new DigestKey(new SipHash(secret), fingerprint == 0 ? 1 : fingerprint);
  }

  /** By what the members tell each other which of their keys they mean. */
  public long fingerprint() {
    return fingerprint;
  }

  /**
   * What a key adds to the sum of its leaf in a hash tree: depends on which key it is and on its
   * live versions. The sums of two members are the same when what they hold is, and else with a
   * chance of one in 2^64.
   *
   * @param keyHash see {@link Partitions#hashOf}
   * @return 0 for a key without versions
   */
  public long ofKey(long keyHash, VersionSet versions) {
    if (versions.isEmpty()) {
      return 0;
    }
    if (secret == null) {
      return Hash64.mix(keyHash + Hash64.mix(SetDigest.of(versions)));
    }
    long sum = 0;
    for (int i = 0; i < versions.size(); i++) {
      sum += of(versions.get(i).dot());
    }
    return secret.of(keyHash, sum);
  }

  private long of(Dot dot) {
    // The names of nodes are their operator's: who writes keys does not choose among them.
    byte[] node = dot.actor().node().text().getBytes(StandardCharsets.US_ASCII);
    return secret.of(Hash64.of(node, 0), dot.actor().incarnation(), dot.counter());
  }

  /**
   * The same keys, if they can be told apart.
   *
   * @throws IllegalArgumentException when there are none, or two have the same fingerprint
   */
  public static List<DigestKey> checked(List<DigestKey> keys) {
    long distinct = keys.stream().mapToLong(DigestKey::fingerprint).distinct().count();
    if (keys.isEmpty() || distinct != keys.size()) {
      throw new IllegalArgumentException(keys.size() + " digest keys, " + distinct + " distinct");
    }
    return List.copyOf(keys);
  }

  @Override
  public String toString() {
    return "digest key " + Long.toHexString(fingerprint);
  }
}
