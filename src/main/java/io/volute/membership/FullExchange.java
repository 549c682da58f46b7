package io.volute.membership;

import io.volute.identity.Endpoint;
import io.volute.identity.MemberRecord;
import io.volute.identity.NodeId;
import io.volute.message.Message;
import io.volute.message.Message.RangeDigest;
import io.volute.port.Clock;
import io.volute.port.Wire;
import io.volute.settings.NetworkTuning;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Finds what the passing on of news has missed (Demers et al., "Epidemic algorithms for replicated
 * database maintenance", 1987, section 1.3): one digest goes to a random peer now and then; if it
 * differs, digests of ranges of names come back, and then the records of those ranges that differ.
 */
final class FullExchange {
  /** Records in a page, and names in a range: some 5 KB. */
  static final int PAGE = 32;

  /** With more members than this, exchanges are made less often. */
  private static final int UNSCALED = 32;

  private final Clock clock;
  private final Wire wire;
  private final NetworkTuning tuning;
  private final Members members;
  private final Liveness liveness;
  private final PeerChoice choice;
  private final LongSupplier ids;
  private long nextAtMillis;

  FullExchange(
      Clock clock,
      Wire wire,
      NetworkTuning tuning,
      Members members,
      Liveness liveness,
      PeerChoice choice,
      LongSupplier ids) {
    this.clock = clock;
    this.wire = wire;
    this.tuning = tuning;
    this.members = members;
    this.liveness = liveness;
    this.choice = choice;
    this.ids = ids;
  }

  void onTick() {
    long now = clock.monotonicMillis();
    if (now >= nextAtMillis) {
      nextAtMillis = now + pauseMillis(tuning, members.roster().size());
      for (Endpoint peer : choice.some(1)) {
        compareWith(peer);
        wire.send(peer, new Message.ClockTold(ids.getAsLong(), clock.wallMillis()));
      }
    }
  }

  static long pauseMillis(NetworkTuning tuning, int members) {
    double doublings = Math.max(0, Math.log(members / (double) UNSCALED) / Math.log(2));
    return tuning.exchangeIntervalMillis() * (1 + (long) Math.ceil(doublings));
  }

  void compareWith(Endpoint peer) {
    wire.send(peer, new Message.CompareMembers(ids.getAsLong(), members.digest()));
  }

  void onCompare(Endpoint from, Message.CompareMembers message) {
    if (message.digest() == members.digest()) {
      return;
    }
    List<RangeDigest> ranges = new ArrayList<>();
    List<MemberRecord> all = members.all();
    int start = 0;
    for (; all.size() - start > PAGE; start += PAGE) {
      List<MemberRecord> range = all.subList(start, start + PAGE);
      ranges.add(new RangeDigest(range.get(PAGE - 1).id(), members.digest(range)));
    }
    long rest = members.digest(all.subList(start, all.size()));
    wire.send(from, new Message.MemberRanges(ids.getAsLong(), List.copyOf(ranges), rest));
  }

  void onRanges(Endpoint from, Message.MemberRanges message) {
    Optional<NodeId> after = Optional.empty();
    for (RangeDigest range : message.ranges()) {
      Optional<NodeId> upTo = Optional.of(range.upTo());
      if (after.isPresent() && after.get().compareTo(range.upTo()) >= 0) {
        // Nobody in their right mind says this.
        return;
      }
      compareRange(from, after, upTo, range.digest());
      after = upTo;
    }
    compareRange(from, after, Optional.empty(), message.restDigest());
  }

  private void compareRange(
      Endpoint from, Optional<NodeId> after, Optional<NodeId> upTo, long digest) {
    List<MemberRecord> own = members.range(after, upTo);
    if (members.digest(own) != digest) {
      tell(from, after, upTo, own);
    }
  }

  /** Tells all that is known. */
  void tellAll(Endpoint to) {
    tell(to, Optional.empty(), Optional.empty(), members.all());
  }

  private void tell(
      Endpoint to, Optional<NodeId> after, Optional<NodeId> upTo, List<MemberRecord> own) {
    Optional<NodeId> behind = after;
    int start = 0;
    for (; own.size() - start > PAGE; start += PAGE) {
      List<MemberRecord> page = List.copyOf(own.subList(start, start + PAGE));
      Optional<NodeId> last = Optional.of(page.get(PAGE - 1).id());
      send(to, new Message.MembersPage(ids.getAsLong(), behind, last, page));
      behind = last;
    }
    List<MemberRecord> page = List.copyOf(own.subList(start, own.size()));
    send(to, new Message.MembersPage(ids.getAsLong(), behind, upTo, page));
  }

  /** With what is held against its members, since the receiver may never have heard of them. */
  private void send(Endpoint to, Message.MembersPage page) {
    wire.send(to, page);
    List<Message.Accusation> accusations = new ArrayList<>();
    for (MemberRecord record : page.members()) {
      if (!record.id().equals(to.node())) {
        liveness.accusationOf(record.id()).ifPresent(accusations::add);
      }
    }
    if (!accusations.isEmpty()) {
      wire.send(to, new Message.Accused(ids.getAsLong(), List.copyOf(accusations)));
    }
  }
}
