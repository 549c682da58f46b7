package io.volute.settings;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a node does for its cluster. */
public enum Role {
  /** Keeps keys and counts in quorums. */
  MEMBER,
  /** Keeps copies and serves reads, but counts in no quorum. */
  FOLLOWER,
  /** Keeps nothing and passes requests on. */
  PROXY;

  /** What a user is told when a role is refused. */
  public static final String RULE = "member, follower or proxy";

  /** Reads a role in lower case; empty when the text is none. */
  public static Optional<Role> parse(String text) {
    return Arrays.stream(values())
        .filter(role -> role.name().toLowerCase(Locale.ROOT).equals(text))
        .findFirst();
  }
}
