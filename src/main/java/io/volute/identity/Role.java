package io.volute.identity;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a member is there for. */
public enum Role {
  /** Owns keys and serves clients. */
  MEMBER,
  /** Keeps copies and serves reads, and counts in no quorum. */
  FOLLOWER,
  /** Keeps nothing, and serves clients. */
  PROXY;

  /** What a user is told when a role is refused. */
  public static final String RULE = "member, follower or proxy";

  /** Reads a role in lower case; empty when the text is none. */
  public static Optional<Role> parse(String text) {
    return Arrays.stream(values()).filter(role -> role.text().equals(text)).findFirst();
  }

  /** The role in lower case. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
