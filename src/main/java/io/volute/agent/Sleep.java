package io.volute.agent;

/** A way to let a thread sleep, such as a parked thread or a selector of sockets. */
public interface Sleep {
  /**
   * Sleeps until {@link #wake}, until something else happens that the thread waits for, or for so
   * many milliseconds, 1 and up. May return early. Called by one thread only.
   */
  void sleep(long maxMillis);

  /**
   * Ends the sleep under way; without one, the next ends at once. Any thread may call it. It may
   * cost a system call.
   */
  void wake();
}
