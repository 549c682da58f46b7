package io.volute.agent;

/**
 * A role that has a thread of its own. All methods are called by that thread only, except {@link
 * #roleName}.
 */
public interface Agent {
  /** A short name, which becomes the thread's. */
  String roleName();

  /** Called once, before the first turn. */
  default void onStart() throws Exception {}

  /**
   * One turn: does a bounded amount of what there is to do, and returns without waiting.
   *
   * @return 0 when there was nothing to do, so that the thread may sleep
   */
  int doWork() throws Exception;

  /**
   * Whether something came in since the last turn. Asked between the announcement that the thread
   * falls asleep and the sleep itself, so it must look at every queue whose producers ring the
   * doorbell.
   */
  boolean hasWork();

  /**
   * How long the thread may sleep when nothing comes in, in milliseconds until the next deadline; 0
   * or less for not at all.
   */
  long restMillis();

  /** Called once, after the last turn or a failure; also when {@link #onStart} failed. */
  default void onClose() throws Exception {}
}
