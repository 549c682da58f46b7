package io.volute.settings;

import io.volute.identity.Role;
import java.util.List;

/**
 * What a node is there for.
 *
 * @param role its part in the cluster
 * @param follows for a follower: beginnings of the names that it keeps, at least one, where the
 *     empty one means all; none for others
 */
public record Duty(Role role, List<String> follows) {
  public static final Duty MEMBER = new Duty(Role.MEMBER, List.of());
  public static final Duty PROXY = new Duty(Role.PROXY, List.of());

  /** The most that a follower may name. */
  public static final int MAX_FOLLOWED = 64;

  public Duty {
    boolean follower = role == Role.FOLLOWER;
    if (follower == follows.isEmpty() || follows.size() > MAX_FOLLOWED) {
      throw new IllegalArgumentException(role + " follows " + follows.size() + " beginnings");
    }
    follows = List.copyOf(follows);
  }

  /** A follower of the names that begin like one of these, or of all where there is none. */
  public static Duty follower(List<String> follows) {
    return new Duty(Role.FOLLOWER, follows.isEmpty() ? List.of("") : follows);
  }
}
