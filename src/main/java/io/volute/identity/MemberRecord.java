package io.volute.identity;

/**
 * What a member says of itself. Only the member makes new ones, so the newest of two is the one
 * that holds; the exception is an operator's word that it is {@link Stage#REMOVED}, which ends the
 * life of which it speaks.
 *
 * @param entry its name, address, zone and weight
 * @param role what it is there for
 * @param stage how far it has come
 * @param incarnation which of its lives speaks; 0 for what only a membership file says
 * @param counter how often it has spoken in this life, 0 and up
 * @param inPlace digest of the roster for which it has seen its share of the data in place; 0 for
 *     none. Carried along by gossip like the rest
 */
public record MemberRecord(
    MemberEntry entry, Role role, Stage stage, long incarnation, long counter, long inPlace) {
  /** The counter of a word that nothing in the same life comes after. */
  public static final long LAST_WORD = Long.MAX_VALUE;

  public MemberRecord {
    if (incarnation < 0 || incarnation > Actor.MAX_INCARNATION || counter < 0) {
      throw new IllegalArgumentException("life " + incarnation + "." + counter);
    }
  }

  /** What a membership file, or an operator, says of a member that has not been heard yet. */
  public static MemberRecord hearsay(MemberEntry entry) {
    return new MemberRecord(entry, Role.MEMBER, Stage.ACTIVE, 0, 0, 0);
  }

  public NodeId id() {
    return entry.id();
  }

  /** Whether this holds where the other is known. Of two hearsays, any one must win everywhere. */
  public boolean isNewerThan(MemberRecord other) {
    assert id().equals(other.id()) : this + " beside " + other;
    if (incarnation != other.incarnation) {
      return incarnation > other.incarnation;
    }
    return counter != other.counter
        ? counter > other.counter
        : toString().compareTo(other.toString()) > 0;
  }

  /** Whether keys are placed on it. */
  public boolean isOwning() {
    return stage == Stage.ACTIVE && role == Role.MEMBER;
  }

  public MemberRecord with(Stage next, long nextCounter) {
    return new MemberRecord(entry, role, next, incarnation, nextCounter, inPlace);
  }

  public MemberRecord declaring(long digest, long nextCounter) {
    return new MemberRecord(entry, role, stage, incarnation, nextCounter, digest);
  }

  /** A line that says it all, for people, files and digests. */
  @Override
  public String toString() {
    return entry
        + " role="
        + role
        + " stage="
        + stage
        + " life="
        + incarnation
        + '.'
        + counter
        + " inplace="
        + Long.toHexString(inPlace);
  }
}
