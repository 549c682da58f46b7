package io.volute.settings;

import java.util.List;
import java.util.Optional;

/**
 * How members watch each other, for a kind of network. The numbers hang together, so a preset is
 * chosen as a whole: a probe's time limit follows from the round trip, everything else from it.
 *
 * @param preset its name in the settings
 * @param tickMillis how often a node looks at what is due, and passes news on. Half of a probe's
 *     time limit, so that being late by one tick is no reason to doubt a peer
 * @param probeTimeoutMillis how long a probed peer may take before others are asked to probe it:
 *     the round trip of all but one message in a thousand, and a pause for garbage collection
 * @param probeIntervalMillis pause between two probes. Room for a probe, and for another one by way
 *     of others: 2.5 time limits
 * @param mediators how many others are asked to probe a peer that doesn't answer; with three of
 *     them, one lost message in twenty accuses a live peer once in 10⁴ failed probes
 * @param fanout how many peers are told news in each tick. News reaches n members in about
 *     log(n)/log(1 + fanout) ticks
 * @param retransmitFactor λ: a piece of news is passed on λ·⌈log₁₀(n+1)⌉ times by each member; at 4
 *     a member misses it about once in 10⁴ pieces even where one message in four is lost
 * @param suspicionFactor α: a suspect has α·max(1, log₁₀ n) probe intervals to refute before it is
 *     dead, when enough others suspect it as well
 * @param suspicionMost β: and β times that when nobody else does, since then this node may be the
 *     one with the trouble
 * @param contactTimeoutMillis how long a peer may leave a question unanswered before requests go to
 *     others: below the deadline of an operation, so that it can still succeed
 * @param exchangeIntervalMillis pause between two comparisons of all that is known with a random
 *     peer; doubled for each doubling of the members above 32, so that its cost stays the same
 */
public record NetworkTuning(
    String preset,
    long tickMillis,
    long probeTimeoutMillis,
    long probeIntervalMillis,
    int mediators,
    int fanout,
    int retransmitFactor,
    int suspicionFactor,
    int suspicionMost,
    long contactTimeoutMillis,
    long exchangeIntervalMillis) {

  /** One machine: round trips below 1 ms, but processes that compete for the same cores. */
  public static final NetworkTuning LOCAL =
      new NetworkTuning("local", 100, 200, 500, 2, 3, 4, 4, 6, 1000, 2000);

  /** One site: round trips of a few milliseconds. */
  public static final NetworkTuning LAN =
      new NetworkTuning("lan", 200, 400, 1000, 3, 3, 4, 4, 6, 1500, 5000);

  /** Several sites: round trips up to half a second, and losses in bursts. */
  public static final NetworkTuning WAN =
      new NetworkTuning("wan", 500, 1000, 2500, 3, 4, 4, 6, 6, 3000, 20_000);

  /** What a user is told when a preset is refused. */
  public static final String RULE = "local, lan or wan";

  private static final List<NetworkTuning> PRESETS = List.of(LOCAL, LAN, WAN);

  public NetworkTuning {
    require(tickMillis > 0, "time passes");
    require(probeTimeoutMillis >= 2 * tickMillis, "a probe's time limit is at least two ticks");
    require(probeIntervalMillis >= 2 * probeTimeoutMillis, "others need time to probe as well");
    require(mediators >= 0 && fanout > 0 && retransmitFactor > 0, "news is passed on");
    require(suspicionFactor > 0 && suspicionMost > 0, "a suspect may refute");
    require(contactTimeoutMillis >= probeTimeoutMillis, "a peer is probed before it is given up");
    require(exchangeIntervalMillis >= tickMillis, "exchanges need a pause");
  }

  /** Reads the name of a preset; empty when the text is none. */
  public static Optional<NetworkTuning> parse(String text) {
    return PRESETS.stream().filter(one -> one.preset.equals(text)).findFirst();
  }

  @Override
  public String toString() {
    return preset;
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException("network tuning: " + rule);
    }
  }
}
