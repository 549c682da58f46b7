package io.volute.exchange;

import io.volute.identity.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How quickly peers answer reads, so that the quickest are asked and a second one when the first is
 * late (Dean and Barroso, "The Tail at Scale", 2013). Mean and deviation are smoothed as TCP does
 * (RFC 6298); what is known of a peer fades, so that one that was slow is tried again. It reads no
 * clock: times are handed in. For one thread.
 */
public final class PeerPace {
  /** Below this nobody is late: the answer may just wait for a turn. */
  static final long LEAST_LATE_MILLIS = 10;

  /** Who has not answered by then is late, however slow it is known to be. */
  static final long MOST_LATE_MILLIS = 200;

  /** What is known of a peer counts half as much after each such time. */
  private static final long HALF_LIFE_MILLIS = 10_000;

  /** Second questions are at most one in so many first ones, in the long run. */
  private static final int FIRSTS_FOR_A_SECOND = 10;

  private static final int MOST_SECONDS_AT_ONCE = 20;
  private static final int MAX_PEERS = 1024;
  private static final double MEAN_SHARE = 1 / 8.0;
  private static final double DEVIATION_SHARE = 1 / 4.0;

  private static final class Pace {
    double meanMillis;
    double deviationMillis;
    long atMillis;
    long sparedUntilMillis;
  }

  private final Map<NodeId, Pace> paces = new LinkedHashMap<>();
  private int credit = MOST_SECONDS_AT_ONCE * FIRSTS_FOR_A_SECOND;

  private Pace pace(NodeId peer) {
    if (paces.size() >= MAX_PEERS && !paces.containsKey(peer)) {
      paces.remove(paces.keySet().iterator().next());
    }
    return paces.computeIfAbsent(peer, absent -> new Pace());
  }

  /**
   * A peer has answered, or was given up.
   *
   * @param millis since it was first asked, 0 and up
   */
  public void onAnswered(NodeId peer, long millis, long nowMillis) {
    Pace pace = pace(peer);
    pace.meanMillis = meanMillis(pace, nowMillis);
    double error = millis - pace.meanMillis;
    pace.deviationMillis += DEVIATION_SHARE * (Math.abs(error) - pace.deviationMillis);
    pace.meanMillis += MEAN_SHARE * error;
    pace.atMillis = nowMillis;
  }

  private static double meanMillis(Pace pace, long nowMillis) {
    return pace.meanMillis * Math.pow(0.5, (nowMillis - pace.atMillis) / (double) HALF_LIFE_MILLIS);
  }

  /** A peer has said that it is overloaded: it comes last until then. */
  public void spare(NodeId peer, long untilMillis) {
    pace(peer).sparedUntilMillis = untilMillis;
  }

  /**
   * These peers, the quickest first; those between which there is no difference keep their order.
   */
  public List<NodeId> quickestFirst(Collection<NodeId> peers, long nowMillis) {
    List<NodeId> sorted = new ArrayList<>(peers);
    sorted.sort(
        Comparator.comparingLong((NodeId peer) -> isSpared(peer, nowMillis) ? 1 : 0)
            .thenComparingLong(peer -> wholeMillis(peer, nowMillis)));
    return sorted;
  }

  private boolean isSpared(NodeId peer, long nowMillis) {
    Pace pace = paces.get(peer);
    return pace != null && nowMillis < pace.sparedUntilMillis;
  }

  private long wholeMillis(NodeId peer, long nowMillis) {
    Pace pace = paces.get(peer);
    // Differences of a few milliseconds are noise, and would only unsettle who is asked.
    return pace == null ? 0 : (long) (meanMillis(pace, nowMillis) / LEAST_LATE_MILLIS);
  }

  /** How long after a question to a peer somebody else is asked as well. */
  public long lateAfterMillis(NodeId peer, long nowMillis) {
    Pace pace = paces.get(peer);
    double expected = pace == null ? 0 : meanMillis(pace, nowMillis) + 4 * pace.deviationMillis;
    return Math.max(LEAST_LATE_MILLIS, Math.min(MOST_LATE_MILLIS, (long) Math.ceil(expected)));
  }

  /** A first question is asked. */
  public void onFirst() {
    credit = Math.min(credit + 1, MOST_SECONDS_AT_ONCE * FIRSTS_FOR_A_SECOND);
  }

  /**
   * Whether a second one may be asked, which counts. When everybody is late it is not their fault,
   * and twice as many questions would make it worse.
   */
  public boolean maySecond() {
    if (credit < FIRSTS_FOR_A_SECOND) {
      return false;
    }
    credit -= FIRSTS_FOR_A_SECOND;
    return true;
  }
}
