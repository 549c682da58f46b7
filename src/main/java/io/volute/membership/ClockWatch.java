package io.volute.membership;

import io.volute.identity.NodeId;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Notices clocks that are far apart. Nothing is lost by them, but values expire early or late, and
 * siblings are shown in another order than they were written in. For one thread.
 */
final class ClockWatch {
  /** Far above what a time service leaves, and any way's delay. */
  static final long FAR_MILLIS = 10_000;

  /** What two messages in a row may differ by; one that was delayed is not believed. */
  private static final long SAME_MILLIS = 2000;

  private static final int MAX_PEERS = 1024;

  /** How far each peer's clock was ahead when it was told last. */
  private final Map<NodeId, Long> aheadMillis = new TreeMap<>();

  private final Map<NodeId, Long> said = new TreeMap<>();

  /**
   * A peer has told the time.
   *
   * @return what whoever looks after the node should know; once for each change
   */
  Optional<String> onTold(NodeId peer, long theirMillis, long ownMillis) {
    if (aheadMillis.size() >= MAX_PEERS) {
      aheadMillis.clear();
      said.clear();
    }
    long ahead = theirMillis - ownMillis;
    Long before = aheadMillis.put(peer, ahead);
    if (before == null || Math.abs(before - ahead) > SAME_MILLIS) {
      return Optional.empty();
    }
    if (Math.abs(ahead) <= FAR_MILLIS) {
      said.remove(peer);
      return Optional.empty();
    }
    Long saidBefore = said.get(peer);
    if (saidBefore != null && Math.abs(saidBefore - ahead) <= FAR_MILLIS) {
      return Optional.empty();
    }
    said.put(peer, ahead);
    return Optional.of(
        "the clock of member "
            + peer
            + " is "
            + Math.round(Math.abs(ahead) / 1000.0)
            + " s "
            + (ahead > 0 ? "ahead of" : "behind")
            + " this node's: allowed are "
            + FAR_MILLIS / 1000
            + " s, set the one that is wrong");
  }
}
