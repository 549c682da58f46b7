package io.volute.command;

import io.volute.causal.CausalContext;
import io.volute.record.Mirrors;
import io.volute.record.Name;
import io.volute.record.Value;
import java.util.Optional;

/** What a client asks of a node. */
public sealed interface Command {
  /** A command that changes a key. */
  sealed interface Change extends Command {
    Name name();

    /** The versions to replace; empty for all that the coordinator sees. */
    Optional<CausalContext> replaces();

    AckLevel level();

    Condition condition();
  }

  /**
   * Sets a key. Answered by {@link Answer.Written} or {@link Answer.Refused}.
   *
   * @param mirrors empty for the key's own, or the node's default for a new key
   * @param timeToLiveMillis the value expires after it; 0 for never
   */
  record Write(
      Name name,
      Value value,
      String contentType,
      Optional<Mirrors> mirrors,
      Optional<CausalContext> replaces,
      long timeToLiveMillis,
      AckLevel level,
      Condition condition)
      implements Change {}

  /** Deletes a key. Answered by {@link Answer.Written} or {@link Answer.Refused}. */
  record Delete(Name name, Optional<CausalContext> replaces, AckLevel level, Condition condition)
      implements Change {}

  /**
   * Reads a key. Answered by {@link Answer.Found}, {@link Answer.NotFound} or {@link
   * Answer.Refused}.
   *
   * @param atLeast the answer must have seen all of this
   * @param values which values are wanted
   */
  record Read(Name name, Optional<CausalContext> atLeast, AckLevel level, Values values)
      implements Command {}

  /** Which values a read fetches. */
  enum Values {
    /** Only metadata ({@code HEAD}). */
    NONE,
    /** The newest sibling's. */
    NEWEST,
    /** Every sibling's. */
    ALL
  }

  /**
   * A page of keys that this member holds, or that any reachable member does, in the order of
   * names. Answered by {@link Answer.KeyPage}.
   *
   * @param prefix bytes that each name begins with; may be empty
   * @param limit at most this many lines, 1 to {@link #MAX_PAGE}; the page may be shorter even when
   *     more follow
   * @param tombstones also keys that are deleted or expired
   * @param system also keys of the system
   * @param scope whose keys
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared, and shared with the store as it is
  record ListKeys(
      byte[] prefix,
      Optional<Name> after,
      int limit,
      boolean tombstones,
      boolean system,
      Scope scope)
      implements Command {
    public static final int MAX_PAGE = 512;
  }

  /** Whose keys a listing shows. */
  enum Scope {
    /** Those that this member holds. */
    LOCAL,
    /** Those of all members that can be reached, each key once with all versions they know. */
    CLUSTER
  }

  /** Answered by {@link Answer.Status}. */
  record DescribeStatus() implements Command {}

  /** Answered by {@link Answer.Membership}. */
  record DescribeMembership() implements Command {}

  /**
   * Answered by {@link Answer.Ring}, with the owners of a key where a name is given, else with each
   * member's share.
   */
  record DescribeRing(Optional<Name> name) implements Command {}
}
