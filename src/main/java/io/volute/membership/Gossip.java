package io.volute.membership;

import io.volute.identity.Endpoint;
import io.volute.identity.HostPort;
import io.volute.identity.MemberEntry;
import io.volute.identity.MemberRecord;
import io.volute.identity.NodeId;
import io.volute.identity.Stage;
import io.volute.message.Message;
import io.volute.port.Clock;
import io.volute.port.Dice;
import io.volute.port.Wire;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Spreads what members say of themselves, and takes new ones in.
 *
 * <p>News is passed on once by everyone to whom it is new: by its subject to all, by the others to
 * {@value #FANOUT}; that reaches all members in O(log n) steps (Demers et al., "Epidemic algorithms
 * for replicated database maintenance", 1987, section 1.4). What that misses is found by comparing
 * digests with one random peer an interval (the same, section 1.3). Cost: one small message an
 * interval and node, and a few for each change.
 */
public final class Gossip {
  /** How many are told what is new here. */
  static final int FANOUT = 3;

  private final Dice dice;
  private final Wire wire;
  private final Members members;
  private final Liveness liveness;
  private final Seeds seeds;
  private final Consumer<MemberRecord> journal;
  private final List<Consumer<NodeId>> meetings = new ArrayList<>();
  private Consumer<String> onNotice = notice -> {};
  private Runnable onRemoved = () -> {};
  private long nextId;

  public Gossip(
      Clock clock,
      Dice dice,
      Wire wire,
      Members members,
      Liveness liveness,
      Consumer<MemberRecord> journal,
      long firstId) {
    this.dice = dice;
    this.wire = wire;
    this.members = members;
    this.liveness = liveness;
    this.journal = journal;
    this.seeds = new Seeds(clock, wire);
    this.nextId = firstId;
  }

  /** Takes lines for whoever looks after the node. */
  public void onNotice(Consumer<String> listener) {
    onNotice = listener;
  }

  /** Runs when an operator has taken this node out of the cluster. */
  public void onRemoved(Runnable listener) {
    onRemoved = listener;
  }

  /** Runs whenever a member is heard of that this node has called at, or that has called here. */
  public void onMeeting(Consumer<NodeId> listener) {
    meetings.add(listener);
  }

  /** Calls at an address until a member answers there; false when there are too many already. */
  public boolean seek(HostPort address) {
    boolean added = seeds.add(address);
    if (added) {
      seeds.onInterval(reached(), List.of());
    }
    return added;
  }

  /** Calls nowhere any more, and takes nobody in. */
  public void becomeAlone() {
    seeds.clear();
  }

  /** Whether a node's messages are listened to at all. */
  public boolean admits(NodeId node) {
    return members.roster().contains(node) || seeds.admits(node);
  }

  /** Once in each probe interval. */
  public void onInterval() {
    List<MemberEntry> unreached = new ArrayList<>();
    for (MemberEntry peer : members.roster().peers()) {
      if (!liveness.isReachable(peer.id())) {
        unreached.add(peer);
      }
    }
    seeds.onInterval(reached(), unreached);
    for (Endpoint peer : some(1, members.own().id())) {
      wire.send(peer, new Message.CompareMembers(nextId++, members.digest()));
    }
  }

  private TreeSet<HostPort> reached() {
    TreeSet<HostPort> reached = new TreeSet<>();
    for (MemberEntry member : members.roster().members()) {
      if (liveness.isReachable(member.id())) {
        reached.add(member.address());
      }
    }
    return reached;
  }

  /** A random choice of reachable peers, without one. */
  private List<Endpoint> some(int count, NodeId without) {
    List<Endpoint> peers = new ArrayList<>();
    for (MemberEntry peer : members.roster().peers()) {
      if (liveness.isReachable(peer.id()) && !peer.id().equals(without)) {
        peers.add(peer.endpoint());
      }
    }
    while (peers.size() > count) {
      // Of many a few are taken; of few some are left out.
      peers.remove(dice.nextBelow(peers.size()));
    }
    return peers;
  }

  /** Makes a new word of this node's own known to everyone that can be reached. */
  public void announce() {
    journal.accept(members.own());
    tell(some(Integer.MAX_VALUE, members.own().id()), List.of(members.own()));
  }

  private void tell(List<Endpoint> peers, List<MemberRecord> news) {
    Message told = new Message.MembersTold(nextId++, false, news);
    peers.forEach(peer -> wire.send(peer, told));
  }

  public void onCompare(Endpoint from, Message.CompareMembers message) {
    if (message.digest() != members.digest()) {
      tellAll(from);
    }
  }

  private void tellAll(Endpoint to) {
    wire.send(to, new Message.MembersTold(nextId++, true, members.all()));
  }

  /** A node has called that wants to meet the cluster. */
  public void onSeek(NodeId stranger, HostPort seenAt) {
    if (liveness.isReachable(stranger)) {
      members.roster().find(stranger).map(MemberEntry::endpoint).ifPresent(this::tellAll);
    } else if (seeds.welcome(stranger, seenAt)) {
      tellAll(new Endpoint(stranger, seenAt));
    }
  }

  /** A member, or a guest, tells what it knows. */
  public void onTold(NodeId from, Message.MembersTold message) {
    boolean met = !liveness.isReachable(from);
    List<MemberRecord> news = new ArrayList<>();
    List<MemberRecord> better = new ArrayList<>();
    TreeSet<NodeId> named = new TreeSet<>();
    for (MemberRecord said : message.members()) {
      named.add(said.id());
      take(from, said, news, better);
    }
    if (message.whole()) {
      for (MemberRecord known : members.all()) {
        if (!named.contains(known.id())) {
          better.add(known);
        }
      }
    }
    if (!news.isEmpty()) {
      tell(some(FANOUT, from), news);
    }
    Optional<Endpoint> back =
        members.roster().find(from).map(MemberEntry::endpoint).or(() -> seeds.guest(from));
    if (back.isPresent() && !better.isEmpty()) {
      tell(List.of(back.get()), better);
    }
    if (met && members.roster().contains(from)) {
      List.copyOf(meetings).forEach(meeting -> meeting.accept(from));
    }
  }

  private void take(
      NodeId from, MemberRecord said, List<MemberRecord> news, List<MemberRecord> better) {
    if (said.id().equals(members.own().id())) {
      onOwnName(said, better);
      return;
    }
    Optional<String> objection =
        said.id().equals(from) ? objectionTo(said) : Optional.<String>empty();
    if (objection.isPresent()) {
      seeds
          .guest(from)
          .ifPresent(guest -> wire.send(guest, new Message.Unwelcome(nextId++, objection.get())));
      onNotice.accept("a node was not taken in: " + objection.get());
      return;
    }
    switch (members.learn(said)) {
      case LEARNED -> {
        journal.accept(said);
        news.add(said);
      }
      case OUTDATED -> better.add(members.find(said.id()).orElseThrow());
      case KNOWN -> {}
      case TOO_MANY -> onNotice.accept("member " + said.id() + " is one too many for this cluster");
    }
  }

  /** Somebody has a word under this node's name: perhaps its own, from before it forgot. */
  private void onOwnName(MemberRecord said, List<MemberRecord> better) {
    MemberRecord own = members.own();
    if (said.equals(own)) {
      return;
    }
    if (!said.isNewerThan(own)) {
      better.add(own);
    } else if (said.incarnation() > own.incarnation()) {
      onNotice.accept(
          "another node goes by this node's name, "
              + own.id()
              + ", at "
              + said.entry().address()
              + ": each member needs a name of its own");
    } else if (said.stage() == Stage.REMOVED) {
      onRemoved.run();
    } else {
      members.speak(before -> before.with(before.stage(), said.counter() + 1));
      announce();
    }
  }

  /** Why a node can't be what it says it is. */
  private Optional<String> objectionTo(MemberRecord said) {
    for (MemberEntry member : members.roster().members()) {
      boolean sameName = member.id().equals(said.id());
      boolean sameAddress = member.address().equals(said.entry().address());
      if (sameName == sameAddress
          || !liveness.isReachable(member.id())
          || !said.stage().isPresent()) {
        continue;
      }
      if (sameAddress) {
        return Optional.of(
            said.id()
                + " gives "
                + member.address()
                + " as its address, which is "
                + member.id()
                + "'s: allowed is one of its own, see --advertise");
      }
      MemberRecord known = members.find(said.id()).orElseThrow();
      if (known.incarnation() != said.incarnation() && known.incarnation() != 0) {
        return Optional.of(
            "the name "
                + said.id()
                + " is that of a living member at "
                + member.address()
                + ": allowed is one of its own");
      }
    }
    return Optional.empty();
  }

  public void onUnwelcome(NodeId from, Message.Unwelcome message) {
    onNotice.accept(from + " does not take this node in: " + message.reason());
  }

  /** An operator says that a member never returns. */
  public boolean remove(NodeId node) {
    Optional<MemberRecord> known = members.find(node).filter(one -> one.stage().isPresent());
    if (known.isEmpty()) {
      return false;
    }
    MemberRecord removed = known.get().with(Stage.REMOVED, MemberRecord.LAST_WORD);
    // Who is removed while it lives hears of it as well.
    List<Endpoint> all = some(Integer.MAX_VALUE, members.own().id());
    members.learn(removed);
    journal.accept(removed);
    tell(all, List.of(removed));
    return true;
  }
}
