package io.volute.settings;

/**
 * Limits and times inside a node that are no settings: their best values follow from each other and
 * from the design, not from a site. The simulator runs with others to reach rare states sooner.
 *
 * @param operationDeadlineMillis time after which a client is told that its operation failed. Below
 *     the patience of usual client libraries, so that they hear the reason
 * @param resendFirstMillis pause before an unanswered question to a peer is repeated the first
 *     time. Above a round trip and a sync to disk in one data centre
 * @param resendMostMillis the pause doubles up to this, so that an outage does not multiply traffic
 * @param forwardPatienceMillis time after which a coordinator that has not taken a forwarded change
 *     is passed over for the next one. Lets several be tried within the deadline
 * @param siblingsLimit siblings of a key after which writes are told to resolve them: every read
 *     carries them all
 * @param operationsLimit operations of clients under way at once; more are refused. Bounds memory
 * @param hintsLimit hints kept for absent owners; an owner that misses more is compared with key by
 *     key when it is back
 * @param sweepPageKeys keys that one message of anti-entropy compares. A page of long names still
 *     fits into what the transport takes as one message
 * @param mailboxCapacity commands and messages waiting for a kernel thread; a power of two. More
 *     are refused at the door
 */
public record Tuning(
    long operationDeadlineMillis,
    long resendFirstMillis,
    long resendMostMillis,
    long forwardPatienceMillis,
    int siblingsLimit,
    int operationsLimit,
    int hintsLimit,
    int sweepPageKeys,
    int mailboxCapacity) {
  public static final long OPERATION_DEADLINE_MILLIS = 5000;
  public static final long RESEND_FIRST_MILLIS = 50;
  public static final long RESEND_MOST_MILLIS = 16 * RESEND_FIRST_MILLIS;
  public static final long FORWARD_PATIENCE_MILLIS = 400;
  public static final int SIBLINGS_LIMIT = 32;
  public static final int OPERATIONS_LIMIT = 10_000;
  public static final int HINTS_LIMIT = 100_000;
  public static final int SWEEP_PAGE_KEYS = 64;
  public static final int MAILBOX_CAPACITY = 1 << 14;

  public static final Tuning DEFAULT =
      new Tuning(
          OPERATION_DEADLINE_MILLIS,
          RESEND_FIRST_MILLIS,
          RESEND_MOST_MILLIS,
          FORWARD_PATIENCE_MILLIS,
          SIBLINGS_LIMIT,
          OPERATIONS_LIMIT,
          HINTS_LIMIT,
          SWEEP_PAGE_KEYS,
          MAILBOX_CAPACITY);

  public Tuning {
    require(resendFirstMillis > 0, "resends need a pause");
    require(resendMostMillis >= resendFirstMillis, "the resend pause grows");
    require(operationDeadlineMillis > resendFirstMillis, "a question may be lost once");
    require(
        forwardPatienceMillis > 0 && forwardPatienceMillis < operationDeadlineMillis,
        "another coordinator needs time as well");
    require(siblingsLimit > 0 && operationsLimit > 0 && hintsLimit >= 0, "limits let something in");
    require(sweepPageKeys > 0, "a page holds a key");
    require(
        mailboxCapacity > 0 && Integer.bitCount(mailboxCapacity) == 1,
        "the mailbox's capacity is a power of two");
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException("tuning: " + rule);
    }
  }
}
