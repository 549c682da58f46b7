package io.volute.client.link;

import java.time.Duration;
import java.util.Objects;

/**
 * How to talk to a node.
 *
 * @param target where it listens
 * @param silence how long it may be silent, or not take bytes, before it is given up; also bounds
 *     the connecting
 * @param token what a node with a token file wants; printable ASCII without blanks, empty for none
 * @param trust whose certificates are taken, where the target is an {@code https} one
 */
public record Access(Target target, Duration silence, String token, Trust trust) {
  /** The same. */
  public Access {
    Objects.requireNonNull(target);
    Objects.requireNonNull(trust);
    if (silence.isNegative() || silence.isZero()) {
      throw new IllegalArgumentException("the answer timeout: allowed is more than 0");
    }
    if (!token.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw new IllegalArgumentException("the token must be printable ASCII without blanks");
    }
  }

  /** Without a token, trusting whom the platform trusts. */
  public static Access to(Target target, Duration silence) {
    return new Access(target, silence, "", Trust.platform());
  }

  /** The same node with another way in. */
  public Access withToken(String newToken) {
    return new Access(target, silence, newToken, trust);
  }

  /** Another node, reached in the same way. */
  public Access at(Target other) {
    return new Access(other, silence, token, trust);
  }

  /** Without the token: it must not come into a log. */
  @Override
  public String toString() {
    return target.toString();
  }
}
