package io.volute.transport.session;

import java.util.concurrent.TimeUnit;

/**
 * Tells a queue that is ours from one that others fill. CUBIC alone fills whatever queue the path
 * has until it overflows, and all that is sent meanwhile waits in it, small messages as well. So
 * when the least round trip of some rounds in a row is well above the path's own, we yield: send
 * less, until the queue is short. When it is as long again while our window is not, somebody else
 * fills it, and to yield would be to starve: then CUBIC's rules hold alone, until the queue turns
 * out to be ours. That is asked now and then by half a window for two round trips: a queue that is
 * ours shrinks with it. The two modes are an idea of Copa (Arun and Balakrishnan, NSDI 2018), the
 * question one of Nimbus (Goyal and others, SIGCOMM 2022).
 */
final class StandingQueue {
  /** What to do about the window. */
  enum Verdict {
    /** Nothing. */
    GO_ON,

    /** To {@link #yieldFactor} of it. */
    YIELD,

    /** From the little that {@link #YIELD} left to look at the path to {@link #refillBytes}. */
    REFILL,

    /** Back to what it was before {@link #isFirstYield the first} of the last yields. */
    RESUME,

    /** The same, and growth from there up to the next loss. */
    CONTEND
  }

  /** Timers, and datagrams that leave in bursts of 2 ms, make as much as this by themselves. */
  static final long LEAST_QUEUE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  static final long MOST_QUEUE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  /** Above so long a queue rounds count: half of the path's own round trip, within the bounds. */
  private static final int PARTS_OF_ROUND_TRIP = 2;

  /** A yield leaves this part of what is allowed, less a little, as nothing is exact. */
  private static final int KEPT_PARTS = 4;

  private static final double DRAIN = 0.9;
  private static final double LEAST_FACTOR = 0.5;

  /** One may be late since a process had to wait for its turn. */
  private static final int ROUNDS_BEFORE_YIELD = 4;

  /**
   * Where the queue is ours alone, the round trip shrinks and grows as the window does; where half
   * of it is another's, by half as much. Less than this part counts as another's.
   */
  private static final double OWN_PART = 0.6;

  /**
   * Who comes to a path whose queue another holds takes its delay for the path's own, and would
   * hold a longer one for ever. So a yield now and then leaves next to nothing for a round trip,
   * first the first one: the idea of LEDBAT++'s slowdowns and of BBR. Where that shows no shorter
   * round trip, the next such look is twice as far away.
   */
  private static final long LOOK_SOON_NANOS = TimeUnit.SECONDS.toNanos(5);

  private static final long LOOK_SELDOM_NANOS = TimeUnit.SECONDS.toNanos(60);

  private static final double CLEARLY_LESS = 0.75;
  private static final int SIGNS_BEFORE_CONTEND = 2;

  /** While it contends, this long between two questions. */
  private static final long ASK_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** The same where it is not sure: at first, and where the last answer spoke for us. */
  private static final long ASK_SOON_NANOS = TimeUnit.SECONDS.toNanos(1);

  /**
   * A processor that comes in turns only looks like a short queue of others. So the window grows
   * after an answer that speaks for them, and the next question is soon: to grow has made the queue
   * long by then if it is ours, and answers about long ones are sure.
   */
  private static final int ANSWERS_BEFORE_ASKING_SELDOM = 2;

  private static final double ASKING_FACTOR = 0.5;

  /**
   * Of what a queue of ours would shrink by, this much must be seen: another's transfer that loses
   * something meanwhile shrinks it as well, so the answer has to be clear, and to come twice.
   */
  private static final double CLEARLY_OWN_PART = 0.85;

  private static final int ROUNDS_OF_QUESTION = 2;
  private static final int ANSWERS_BEFORE_LEAVING = 2;
  private static final long UNKNOWN = Long.MAX_VALUE;

  private long pathNanos = UNKNOWN;
  private long leastAboveNanos = UNKNOWN;
  private long leastAboveBytes;
  private long roundStartBytes;
  private long yieldNanos = UNKNOWN;
  private long yieldBytes;
  private int signsOfOthers;
  private int roundsAbove;
  private boolean skipsRound;
  private double factor = 1;
  private long lookAtNanos;
  private long lookPauseNanos = LOOK_SOON_NANOS;
  private boolean looking;
  private double refillBytes;
  private boolean contending;
  private long askAtNanos;
  private boolean asking;
  private int answersForUs;
  private int answersForOthers;

  /** Another path: what was known of the old one doesn't count. */
  void onNewPath() {
    pathNanos = UNKNOWN;
    lookAtNanos = 0;
    lookPauseNanos = LOOK_SOON_NANOS;
    looking = false;
    contending = false;
    asking = false;
    yieldNanos = UNKNOWN;
    signsOfOthers = 0;
    startCounting();
  }

  boolean isContending() {
    return contending;
  }

  /**
   * A round trip's worth of datagrams has been acknowledged.
   *
   * @param leastNanos the shortest round trip among them, without the receiver's delay
   * @param windowBytes the window now
   * @param limited whether the window was in use, and not in slow start; else the queue says
   *     nothing about it
   */
  Verdict onRound(long leastNanos, long windowBytes, boolean limited, long nowNanos) {
    Verdict verdict = judge(leastNanos, windowBytes, limited, nowNanos);
    roundStartBytes = windowBytes;
    return verdict;
  }

  private Verdict judge(long leastNanos, long windowBytes, boolean limited, long nowNanos) {
    long pathBefore = pathNanos;
    pathNanos = Math.min(pathNanos, leastNanos);
    if (looking) {
      return look(pathBefore, nowNanos);
    }
    if (contending) {
      return asking ? hear(leastNanos, nowNanos) : ask(leastNanos, windowBytes, nowNanos);
    }
    if (leastNanos - pathNanos <= allowedNanos()) {
      startCounting();
      return Verdict.GO_ON;
    }
    if (skipsRound || !limited) {
      // What was under way at a yield has met the queue of before.
      skipsRound = false;
      return Verdict.GO_ON;
    }
    roundsAbove++;
    if (leastNanos < leastAboveNanos) {
      leastAboveNanos = leastNanos;
      leastAboveBytes = roundStartBytes;
    }
    if (roundsAbove < ROUNDS_BEFORE_YIELD) {
      return Verdict.GO_ON;
    }
    boolean isOurs = yieldNanos == UNKNOWN || leastAboveNanos <= expectedNanos(windowBytes);
    signsOfOthers = isOurs ? 0 : signsOfOthers + 1;
    Verdict verdict =
        signsOfOthers < SIGNS_BEFORE_CONTEND
            ? yieldSome(leastNanos, windowBytes, nowNanos)
            : contend(nowNanos);
    startCounting();
    skipsRound = verdict == Verdict.YIELD;
    return verdict;
  }

  /** How long a round trip of this window is where we are alone, with some patience. */
  private long expectedNanos(long windowBytes) {
    // One of a few datagrams has grown back before this is asked: then it counts what it was.
    boolean isBack = windowBytes >= yieldBytes && leastAboveBytes < CLEARLY_LESS * yieldBytes;
    long bytes = isBack ? leastAboveBytes : windowBytes;
    double less = 1 - (double) bytes / yieldBytes;
    return less <= 0 ? UNKNOWN : (long) (yieldNanos * (1 - OWN_PART * less));
  }

  private void startCounting() {
    roundsAbove = 0;
    leastAboveNanos = UNKNOWN;
    skipsRound = false;
  }

  private Verdict contend(long nowNanos) {
    contending = true;
    askAtNanos = nowNanos + ASK_SOON_NANOS;
    yieldNanos = UNKNOWN;
    signsOfOthers = 0;
    answersForUs = 0;
    answersForOthers = 0;
    return Verdict.RESUME;
  }

  /** Whether the round that ends now is to end in a question, so that the window must be true. */
  boolean isDue(long nowNanos) {
    return contending && !asking && nowNanos >= askAtNanos;
  }

  /** Whose queue is it by now? */
  private Verdict ask(long leastNanos, long windowBytes, long nowNanos) {
    if (!isDue(nowNanos)) {
      return Verdict.GO_ON;
    }
    asking = true;
    startCounting();
    skipsRound = true;
    factor = ASKING_FACTOR;
    yieldNanos = leastNanos;
    yieldBytes = windowBytes;
    return Verdict.YIELD;
  }

  private Verdict hear(long leastNanos, long nowNanos) {
    if (skipsRound) {
      skipsRound = false;
      return Verdict.GO_ON;
    }
    leastAboveNanos = Math.min(leastAboveNanos, leastNanos);
    roundsAbove++;
    if (roundsAbove < ROUNDS_OF_QUESTION) {
      return Verdict.GO_ON;
    }
    asking = false;
    double ours = yieldNanos * (1 - CLEARLY_OWN_PART * (1 - ASKING_FACTOR));
    double whenEmpty = pathNanos + allowedNanos() / (double) PARTS_OF_ROUND_TRIP;
    boolean speaksForUs = leastAboveNanos <= Math.max(ours, whenEmpty);
    yieldNanos = UNKNOWN;
    startCounting();
    return speaksForUs ? leave(nowNanos) : stay(nowNanos);
  }

  private Verdict leave(long nowNanos) {
    answersForUs++;
    contending = answersForUs < ANSWERS_BEFORE_LEAVING;
    askAtNanos = nowNanos + ASK_SOON_NANOS;
    return contending ? Verdict.RESUME : Verdict.GO_ON;
  }

  private Verdict stay(long nowNanos) {
    answersForUs = 0;
    answersForOthers++;
    boolean isSure = answersForOthers >= ANSWERS_BEFORE_ASKING_SELDOM;
    askAtNanos = nowNanos + (isSure ? ASK_NANOS : ASK_SOON_NANOS);
    return answersForOthers == 1 ? Verdict.CONTEND : Verdict.RESUME;
  }

  private Verdict yieldSome(long roundNanos, long windowBytes, long nowNanos) {
    factor = Math.max(LEAST_FACTOR, targetNanos() / leastAboveNanos);
    yieldNanos = roundNanos;
    yieldBytes = windowBytes;
    if (nowNanos >= lookAtNanos) {
      looking = true;
      refillBytes = windowBytes * factor;
      factor = 0;
    }
    return Verdict.YIELD;
  }

  private double targetNanos() {
    return DRAIN * (pathNanos + allowedNanos() / (double) KEPT_PARTS);
  }

  /** What was under way has met the queue of before; the little after it meets what others hold. */
  private Verdict look(long pathBefore, long nowNanos) {
    if (skipsRound) {
      skipsRound = false;
      return Verdict.GO_ON;
    }
    looking = false;
    boolean isNews = pathNanos < pathBefore - allowedNanos() / KEPT_PARTS;
    lookPauseNanos = isNews ? LOOK_SOON_NANOS : Math.min(LOOK_SELDOM_NANOS, 2 * lookPauseNanos);
    lookAtNanos = nowNanos + lookPauseNanos;
    return Verdict.REFILL;
  }

  /** The window after a look at the path. */
  double refillBytes() {
    return refillBytes;
  }

  private long allowedNanos() {
    return Math.min(MOST_QUEUE_NANOS, Math.max(LEAST_QUEUE_NANOS, pathNanos / PARTS_OF_ROUND_TRIP));
  }

  /** Whether nothing has spoken of others since the yield before. */
  boolean isFirstYield() {
    return signsOfOthers == 0;
  }

  /** The part of the window that the last yield leaves. */
  double yieldFactor() {
    return factor;
  }
}
