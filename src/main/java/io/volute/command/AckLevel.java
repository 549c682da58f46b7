package io.volute.command;

import io.volute.record.Mirrors;
import java.util.Locale;

/**
 * How many of a key's owners must answer before the client is told: the {@code w} and {@code r} of
 * a request.
 *
 * @param kind how it was asked
 * @param count for {@link Kind#COUNT}: 1 to 255; else 0
 */
public record AckLevel(Kind kind, int count) {
  /** What a user is told when a level is refused. */
  public static final String RULE =
      "a number from 1 to 255, 'one', 'quorum', 'all', 'local-quorum' or 'each-zone'";

  public static final AckLevel DEFAULT = new AckLevel(Kind.DEFAULT, 0);
  public static final AckLevel ONE = new AckLevel(Kind.COUNT, 1);
  public static final AckLevel QUORUM = new AckLevel(Kind.QUORUM, 0);
  public static final AckLevel ALL = new AckLevel(Kind.ALL, 0);
  public static final AckLevel LOCAL_QUORUM = new AckLevel(Kind.LOCAL_QUORUM, 0);
  public static final AckLevel EACH_ZONE = new AckLevel(Kind.EACH_ZONE, 0);

  /** How a level is given. */
  public enum Kind {
    DEFAULT,
    COUNT,
    QUORUM,
    ALL,
    /** Most of those owners that stand in the zone of the node that was asked. */
    LOCAL_QUORUM,
    /** Most of the owners in every zone that has any. */
    EACH_ZONE
  }

  public AckLevel {
    if (kind == Kind.COUNT ? count < 1 || count > Mirrors.MAX_COUNT : count != 0) {
      throw new IllegalArgumentException("level " + count + ": allowed is " + RULE);
    }
  }

  public static AckLevel of(int count) {
    return new AckLevel(Kind.COUNT, count);
  }

  /** Whether it asks something of single zones; it is then worked out for the owners of one. */
  public boolean isByZone() {
    return kind == Kind.LOCAL_QUORUM || kind == Kind.EACH_ZONE;
  }

  /** As a user writes it. */
  public String text() {
    return switch (kind) {
      case COUNT -> Integer.toString(count);
      case DEFAULT -> "quorum";
      case QUORUM, ALL, LOCAL_QUORUM, EACH_ZONE ->
          kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
    };
  }

  /**
   * The number of durable copies that a write waits for. More than {@code owners} can't be met; the
   * caller refuses that.
   */
  public int forWrite(Mirrors mirrors, int owners) {
    if (kind == Kind.DEFAULT && mirrors.isClone()) {
      return Math.min(2, owners);
    }
    return required(owners);
  }

  /** The number of owners that a read waits for. */
  public int forRead(Mirrors mirrors, int owners) {
    if (kind == Kind.DEFAULT && mirrors.isClone()) {
      return 1;
    }
    return required(owners);
  }

  private int required(int owners) {
    return switch (kind) {
      case COUNT -> count;
      case DEFAULT, QUORUM, LOCAL_QUORUM, EACH_ZONE -> owners / 2 + 1;
      case ALL -> owners;
    };
  }
}
