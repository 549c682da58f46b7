package io.volute.identity;

/** How far a member has come in the cluster. A later stage of one life never goes back. */
public enum Stage {
  /** Takes part. */
  ACTIVE,
  /** Hands its keys over, and owns none from now on. */
  LEAVING,
  /** Has handed its keys over and is gone. */
  LEFT,
  /** Was taken out by an operator, who says that it never returns. */
  REMOVED;

  /** Whether the cluster still counts with it. */
  public boolean isPresent() {
    return this == ACTIVE || this == LEAVING;
  }
}
