package io.volute.identity;

/** What a member is there for. */
public enum Role {
  /** Owns keys and serves clients. */
  MEMBER,
  /** Keeps copies and serves reads, and counts in no quorum. */
  FOLLOWER,
  /** Keeps nothing, and serves clients. */
  PROXY
}
