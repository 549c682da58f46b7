package io.volute.membership;

import io.volute.identity.Endpoint;
import io.volute.identity.HostPort;
import io.volute.identity.MemberEntry;
import io.volute.identity.NodeId;
import io.volute.port.Clock;
import io.volute.port.Wire;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How members that don't know each other meet. A node calls at addresses that it was told of; who
 * is called there takes the caller for a guest, tells it all members, and hears of it in return.
 *
 * <p>Members that can't be reached are called at as well, in turn: one that has lost its memory
 * does not know this node any more, and would ignore it as a stranger.
 */
final class Seeds {
  static final int MAX_SEEDS = 256;
  static final int MAX_GUESTS = 64;
  static final long FIRST_PAUSE_MILLIS = 500;
  static final long LONGEST_PAUSE_MILLIS = 16_000;
  private static final long GUEST_MILLIS = 30_000;

  /** After so many calls, the last of them 16 s after the first, somebody should know. */
  private static final int CALLS_IN_VAIN = 6;

  private static final class Seed {
    long pauseMillis = FIRST_PAUSE_MILLIS;
    long nextAtMillis;
    int calls;
  }

  private record Guest(Endpoint endpoint, long untilMillis) {}

  private final Clock clock;
  private final Wire wire;
  private final Map<HostPort, Seed> seeds = new LinkedHashMap<>();
  private final SortedMap<NodeId, Guest> guests = new TreeMap<>();
  private long seekingUntilMillis;
  private int turn;

  Seeds(Clock clock, Wire wire) {
    this.clock = clock;
    this.wire = wire;
  }

  /** Calls there from now on, soon at first; false when there are too many already. */
  boolean add(HostPort address) {
    if (!seeds.containsKey(address) && seeds.size() >= MAX_SEEDS) {
      return false;
    }
    seeds.put(address, new Seed());
    return true;
  }

  /** Calls everywhere at the next occasion, and soon again. */
  void hurry() {
    seeds.replaceAll((address, seed) -> new Seed());
  }

  void clear() {
    seeds.clear();
    guests.clear();
    seekingUntilMillis = 0;
  }

  /**
   * Calls where it is time to.
   *
   * @param reached addresses of this node and of members that answer
   * @param unreached members that don't
   * @return where this node has called in vain for long; each address once
   */
  List<HostPort> onInterval(Collection<HostPort> reached, List<MemberEntry> unreached) {
    List<HostPort> silent = new ArrayList<>();
    long now = clock.monotonicMillis();
    guests.values().removeIf(guest -> guest.untilMillis() <= now);
    seeds.forEach(
        (address, seed) -> {
          if (!reached.contains(address) && now >= seed.nextAtMillis) {
            seed.nextAtMillis = now + seed.pauseMillis;
            seed.pauseMillis = Math.min(2 * seed.pauseMillis, LONGEST_PAUSE_MILLIS);
            call(address);
            seed.calls++;
            if (seed.calls == CALLS_IN_VAIN) {
              silent.add(address);
            }
          }
        });
    if (!unreached.isEmpty()) {
      turn = (turn + 1) % (4 * unreached.size());
      if (turn % 4 == 0) {
        call(unreached.get(turn / 4).address());
      }
    }
    return silent;
  }

  /** What whoever looks after a lone node is told of such an address. */
  static String inVain(HostPort address) {
    return "this node is alone, since no member has answered at "
        + address
        + " so far: allowed is where a running member is, by its --advertise and --port, for a node"
        + " with a name of its own and the same --cluster-key, where all members have --udp or"
        + " none";
  }

  private void call(HostPort address) {
    seekingUntilMillis = clock.monotonicMillis() + GUEST_MILLIS;
    wire.seek(address);
  }

  /** Takes a caller for a guest for a while; false when there are too many. */
  boolean welcome(NodeId stranger, HostPort seenAt) {
    if (!guests.containsKey(stranger) && guests.size() >= MAX_GUESTS) {
      return false;
    }
    long until = clock.monotonicMillis() + GUEST_MILLIS;
    guests.put(stranger, new Guest(new Endpoint(stranger, seenAt), until));
    return true;
  }

  Optional<Endpoint> guest(NodeId node) {
    return Optional.ofNullable(guests.get(node)).map(Guest::endpoint);
  }

  /** Whether a stranger may open a session: it was called at, or has called here. */
  boolean admits(NodeId stranger) {
    return guests.containsKey(stranger) || clock.monotonicMillis() < seekingUntilMillis;
  }
}
