package io.volute.storage;

/**
 * When a change counts as stored ({@code --fsync}).
 *
 * <p>All policies survive the end of the process by {@code kill -9}: a change is reported after it
 * was written to the operating system at the earliest. They differ in what a loss of power takes.
 *
 * @param when what is waited for
 * @param intervalMillis for {@link When#WITHIN} the longest time until a change is synced
 */
public record FsyncPolicy(When when, long intervalMillis) {
  /** Reported once it is on stable storage: the only policy that loses nothing with the power. */
  public static final FsyncPolicy ALWAYS = new FsyncPolicy(When.ALWAYS, 0);

  /** Reported once written; synced when the operating system pleases. */
  public static final FsyncPolicy NEVER = new FsyncPolicy(When.NEVER, 0);

  /** The kinds of policy. */
  public enum When {
    ALWAYS,
    WITHIN,
    NEVER
  }

  public FsyncPolicy {
    if ((when == When.WITHIN) != (intervalMillis > 0)) {
      throw new IllegalArgumentException("fsync " + when + " with " + intervalMillis + " ms");
    }
  }

  /** Reported once written, and synced in the background at this interval. */
  public static FsyncPolicy within(long intervalMillis) {
    return new FsyncPolicy(When.WITHIN, intervalMillis);
  }

  boolean reportsWhenWritten() {
    return when != When.ALWAYS;
  }
}
