package io.volute.sim;

import io.volute.codec.MessageEncoder;
import io.volute.command.Answer.MemberState;
import io.volute.identity.Endpoint;
import io.volute.identity.HostPort;
import io.volute.identity.MemberEntry;
import io.volute.identity.NodeId;
import io.volute.identity.Role;
import io.volute.membership.Membership;
import io.volute.membership.Roster;
import io.volute.message.Message;
import io.volute.port.Clock;
import io.volute.port.Wire;
import io.volute.settings.NetworkTuning;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * How quickly clusters of some sizes notice and tell, and at what cost: the membership room of each
 * node alone, in virtual time. Its output is the table in {@code docs/internals/membership.md}.
 */
final class MembershipFigures {
  private static final long WARM_UP_MILLIS = 30_000;
  private static final long MEASURED_MILLIS = 20_000;
  private static final long MOST_MILLIS = 120_000;
  private static final int TRIALS = 3;

  private final Schedule schedule = new Schedule(new Trace());
  private final SimDice dice;
  private final NetworkTuning tuning;
  private final MessageEncoder encoder = new MessageEncoder(65_000);
  private final Map<NodeId, Member> members = new TreeMap<>();
  private long messages;
  private long bytes;

  private MembershipFigures(int size, NetworkTuning tuning, long seed) {
    this.tuning = tuning;
    this.dice = new SimDice(seed);
    List<MemberEntry> entries = new ArrayList<>();
    for (int i = 1; i <= size; i++) {
      HostPort address = new HostPort("sim", i);
      entries.add(new MemberEntry(new NodeId("n" + i), address, Optional.empty(), 1));
    }
    for (MemberEntry entry : entries) {
      members.put(entry.id(), new Member(entry, entries));
    }
    members.values().forEach(Member::start);
  }

  private final class Member implements Wire {
    final NodeId id;
    final HostPort address;
    final Membership membership;
    boolean dead;

    Member(MemberEntry entry, List<MemberEntry> all) {
      this.id = entry.id();
      this.address = entry.address();
      SimStore store = new SimStore((n, v, x, before, after) -> {});
      Roster roster = Roster.of(entry, all);
      membership =
          new Membership(
              new Clock() {
                @Override
                public long monotonicMillis() {
                  return schedule.nowMillis();
                }

                @Override
                public long wallMillis() {
                  return schedule.nowMillis();
                }
              },
              dice.split(),
              this,
              store,
              tuning,
              roster,
              Role.MEMBER,
              sequence -> {},
              1);
    }

    void start() {
      schedule.after(dice.nextBelow((int) tuning.tickMillis()), "", this::begin);
    }

    private void begin() {
      membership.introduce(1);
      tick();
    }

    private void tick() {
      if (!dead) {
        membership.watch();
        membership.spread();
        schedule.after(tuning.tickMillis(), "", this::tick);
      }
    }

    @Override
    public void send(Endpoint to, Message message) {
      messages++;
      bytes += encoder.encode(message);
      Endpoint from = new Endpoint(id, address);
      schedule.after(dice.between(0, 2), "", () -> members.get(to.node()).receive(from, message));
    }

    private void receive(Endpoint from, Message message) {
      if (dead) {
        return;
      }
      if (Membership.concerns(message)) {
        membership.onMessage(from.node(), message);
        membership.liveness().onHeard(from.node());
      } else {
        membership.liveness().onHeard(from.node());
        membership.liveness().onMessage(from, message);
      }
    }

    @Override
    public boolean hasRoom(NodeId to) {
      return true;
    }

    @Override
    public void seek(HostPort at) {
      messages++;
    }
  }

  private void pass(long millis) {
    long until = schedule.nowMillis() + millis;
    while (schedule.runNext(until)) {}
  }

  /** How long it takes until so many of those that live see it so. */
  private long until(int count, Predicate<Member> sees) {
    long before = schedule.nowMillis();
    while (schedule.nowMillis() - before < MOST_MILLIS) {
      if (members.values().stream().filter(one -> !one.dead && sees.test(one)).count() >= count) {
        return schedule.nowMillis() - before;
      }
      pass(10);
    }
    throw new AssertionError("not within " + MOST_MILLIS + " ms");
  }

  private String measure() {
    pass(WARM_UP_MILLIS);
    messages = 0;
    bytes = 0;
    pass(MEASURED_MILLIS);
    double seconds = members.size() * MEASURED_MILLIS / 1000.0;
    double messagesEach = messages / seconds;
    double bytesEach = bytes / seconds;
    List<Member> all = List.copyOf(members.values());
    Member speaker = all.get(0);
    speaker.membership.introduce(2);
    long told =
        until(
            members.size(),
            one -> one.membership.roster().record(speaker.id).orElseThrow().incarnation() == 2);
    pass(10_000);
    Member victim = all.get(all.size() / 2);
    victim.dead = true;
    long suspect = until(1, one -> one.membership.liveness().stateOf(victim.id) != ALIVE);
    long first = suspect + until(1, one -> one.membership.liveness().isDead(victim.id));
    long every =
        first + until(members.size() - 1, one -> one.membership.liveness().isDead(victim.id));
    return String.format(
        "%d members: %.1f messages, %.0f bytes a second and node; a word is with all after %d ms;"
            + " a dead member is suspect after %d ms, dead for one after %d ms, for all after %d",
        members.size(), messagesEach, bytesEach, told, suspect, first, every);
  }

  private static final MemberState ALIVE = MemberState.ALIVE;

  /** The sizes as arguments. */
  public static void main(String[] sizes) {
    for (String size : sizes) {
      for (int trial = 1; trial <= TRIALS; trial++) {
        MembershipFigures run =
            new MembershipFigures(Integer.parseInt(size), NetworkTuning.LAN, trial);
        System.out.println(run.measure());
      }
    }
  }
}
