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
import io.volute.settings.NetworkTuning;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * Takes in what members say of themselves and each other, sees to it that it gets around, and takes
 * new members in. {@link Rumours} pass on what is new; {@link FullExchange} finds what they missed.
 */
public final class Gossip {
  /** A member that has moved is out of reach at its old address before so many time limits. */
  private static final int NAME_TAKEN_TIMEOUTS = 3;

  private final Wire wire;
  private final Members members;
  private final Liveness liveness;
  private final Seeds seeds;
  private final Consumer<MemberRecord> journal;
  private final Rumours rumours;
  private final FullExchange exchange;
  private final Clock clock;
  private final NameWatch names;
  private final OwnName ownName;
  private final List<Consumer<NodeId>> meetings = new ArrayList<>();
  private Consumer<String> onNotice = notice -> {};
  private LongConsumer onRemoved = incarnation -> {};
  private long nextId;

  Gossip(
      Clock clock,
      Dice dice,
      Wire wire,
      NetworkTuning tuning,
      Members members,
      Liveness liveness,
      Consumer<MemberRecord> journal,
      long firstId) {
    this.wire = wire;
    this.members = members;
    this.liveness = liveness;
    this.journal = journal;
    this.seeds = new Seeds(clock, wire);
    this.clock = clock;
    this.names = new NameWatch(NAME_TAKEN_TIMEOUTS * tuning.contactTimeoutMillis());
    this.ownName = new OwnName(clock, members, this::announce, notice -> onNotice.accept(notice));
    this.nextId = firstId;
    PeerChoice choice = new PeerChoice(dice, liveness);
    this.rumours = new Rumours(wire, tuning, members, choice, this::newId);
    this.exchange = new FullExchange(clock, wire, tuning, members, liveness, choice, this::newId);
    liveness.spreadBy(new Spreading());
    liveness.observe(new Returns());
  }

  private long newId() {
    return nextId++;
  }

  private final class Spreading implements Liveness.Spreading {
    @Override
    public void onNews(Message.Accusation accusation) {
      if (accusation.accuser().equals(members.own().id())) {
        rumours.hasten(accusation);
      } else {
        rumours.add(accusation);
      }
    }

    @Override
    public boolean onAccused(Endpoint by, Message.Accusation accusation) {
      return refute(by, accusation);
    }

    @Override
    public void onOutdated(Endpoint by, NodeId peer) {
      members.find(peer).ifPresent(word -> tell(by, List.of(word)));
    }

    @Override
    public void onOccasion(Endpoint peer) {
      rumours.ride(peer);
    }
  }

  /** Who was out of reach may have missed, and may know, more than will be passed on again. */
  private final class Returns implements Liveness.Observer {
    @Override
    public void onPeerReachable(NodeId peer) {
      liveness.endpoint(peer).ifPresent(exchange::compareWith);
    }

    @Override
    public void onPeerUnreachable(NodeId peer) {
      names.onUnreachable(peer);
    }
  }

  /** Takes lines for whoever looks after the node. */
  public void onNotice(Consumer<String> listener) {
    onNotice = listener;
  }

  /** Is given the life of this node that an operator has taken out of the cluster. */
  public void onRemoved(LongConsumer listener) {
    onRemoved = listener;
  }

  /** Is given a later life than this one, which others know and which alone they listen to. */
  public void onOutlived(LongConsumer listener) {
    ownName.onOutlived(listener);
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

  /** Calls again at once where nobody has answered so far: now this node takes the answers. */
  void seekAnew() {
    seeds.hurry();
    seeds.onInterval(reached(), List.of());
  }

  /** Calls nowhere any more, takes nobody in, and tells nothing. */
  void becomeAlone() {
    seeds.clear();
    rumours.forgetAll();
  }

  /** Whether a node's messages are listened to at all. */
  public boolean admits(NodeId node) {
    return members.roster().contains(node) || seeds.admits(node);
  }

  /** Once in each tick. */
  void onTick() {
    rumours.onTick();
    exchange.onTick();
  }

  /** Once in each probe interval: calls at those that can't be reached. */
  void onInterval() {
    List<MemberEntry> unreached = new ArrayList<>();
    for (MemberEntry peer : members.roster().peers()) {
      if (!liveness.isReachable(peer.id())) {
        unreached.add(peer);
      }
    }
    TreeSet<HostPort> reached = reached();
    List<HostPort> silent = seeds.onInterval(reached, unreached);
    if (reached.size() <= 1) {
      silent.forEach(address -> onNotice.accept(Seeds.inVain(address)));
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

  /** Makes a new word of this node's own known. */
  void announce() {
    journal.accept(members.own());
    rumours.announce(members.own());
  }

  private void tell(Endpoint peer, List<MemberRecord> news) {
    for (int start = 0; start < news.size(); start += FullExchange.PAGE) {
      int end = Math.min(news.size(), start + FullExchange.PAGE);
      wire.send(peer, new Message.MembersTold(nextId++, List.copyOf(news.subList(start, end))));
    }
  }

  void onCompare(Endpoint from, Message.CompareMembers message) {
    exchange.onCompare(from, message);
  }

  void onRanges(Endpoint from, Message.MemberRanges message) {
    exchange.onRanges(from, message);
  }

  /** A member of the cluster that this node has left calls. */
  void onSeekByForsaken(NodeId caller, HostPort seenAt, MemberRecord farewell) {
    if (seeds.welcome(caller, seenAt)) {
      tell(new Endpoint(caller, seenAt), List.of(farewell));
    }
  }

  /** A node has called that wants to meet the cluster. */
  void onSeek(NodeId stranger, HostPort seenAt) {
    if (liveness.isReachable(stranger)) {
      members
          .roster()
          .find(stranger)
          .ifPresent(
              member -> {
                exchange.tellAll(member.endpoint());
                names
                    .onCall(stranger, member.address(), seenAt, clock.monotonicMillis())
                    .ifPresent(this::noticeRefusal);
              });
    } else if (seeds.welcome(stranger, seenAt)) {
      exchange.tellAll(new Endpoint(stranger, seenAt));
    }
  }

  /** A member, or a guest, tells what it knows of some. */
  void onTold(NodeId from, Message.MembersTold message) {
    takeIn(from, message.members(), List.of());
  }

  /** It tells all that it knows of those in a range of names. */
  void onPage(NodeId from, Message.MembersPage page) {
    List<MemberRecord> unnamed = members.range(page.after(), page.upTo());
    takeIn(from, page.members(), unnamed);
  }

  /**
   * @param inRange what is known here of those that the sender might have named
   */
  private void takeIn(NodeId from, List<MemberRecord> told, List<MemberRecord> inRange) {
    boolean met = !liveness.isReachable(from);
    List<MemberRecord> better = new ArrayList<>();
    List<MemberRecord> words = new ArrayList<>();
    TreeSet<NodeId> named = new TreeSet<>();
    for (MemberRecord said : told) {
      named.add(said.id());
      if (said.id().equals(members.own().id())) {
        if (said.stage() == Stage.REMOVED && said.isNewerThan(members.own())) {
          onRemoved.accept(said.incarnation());
          return;
        }
        onOwnName(said, better);
      } else if (isAcceptable(from, said)) {
        words.add(said);
      }
    }
    for (MemberRecord known : inRange) {
      if (!named.contains(known.id())) {
        better.add(known);
      }
    }
    learn(met ? Optional.of(from) : Optional.empty(), words, better);
    Optional<Endpoint> back =
        members.roster().find(from).map(MemberEntry::endpoint).or(() -> seeds.guest(from));
    if (back.isPresent()) {
      tell(back.get(), better);
    }
    if (met && members.roster().contains(from)) {
      List.copyOf(meetings).forEach(meeting -> meeting.accept(from));
    }
  }

  private boolean isAcceptable(NodeId from, MemberRecord said) {
    Optional<String> objection =
        said.id().equals(from) ? objectionTo(said) : Optional.<String>empty();
    if (objection.isPresent()) {
      seeds
          .guest(from)
          .ifPresent(guest -> wire.send(guest, new Message.Unwelcome(nextId++, objection.get())));
      noticeRefusal(objection.get());
    }
    return objection.isEmpty();
  }

  private void noticeRefusal(String objection) {
    onNotice.accept("a node was not taken in: " + objection);
  }

  /**
   * @param joins a member that comes, or comes back, with these words
   */
  private void learn(Optional<NodeId> joins, List<MemberRecord> words, List<MemberRecord> better) {
    List<Members.Verdict> verdicts = members.learnAll(words);
    for (int i = 0; i < words.size(); i++) {
      MemberRecord said = words.get(i);
      switch (verdicts.get(i)) {
        case LEARNED -> {
          journal.accept(said);
          if (joins.equals(Optional.of(said.id()))) {
            // Others listen to it only when they have heard of it.
            rumours.announce(said);
          } else {
            rumours.add(said);
          }
        }
        case OUTDATED -> better.add(members.find(said.id()).orElseThrow());
        case KNOWN -> {}
        case TOO_MANY ->
            onNotice.accept("member " + said.id() + " is one too many for this cluster");
      }
    }
  }

  /** Somebody has a word under this node's name: perhaps its own, from before it forgot. */
  private void onOwnName(MemberRecord said, List<MemberRecord> better) {
    MemberRecord own = members.own();
    if (said.isNewerThan(own)) {
      ownName.onNewerWord(said);
    } else if (!said.equals(own)) {
      better.add(own);
    }
  }

  /** This node is said not to answer: a new word of its own proves the contrary. */
  private boolean refute(Endpoint by, Message.Accusation accusation) {
    MemberRecord own = members.own();
    if (accusation.incarnation() != own.incarnation() || accusation.counter() < own.counter()) {
      tell(by, List.of(own));
      return false;
    }
    members.speak(before -> before.with(before.stage(), accusation.counter() + 1));
    announce();
    tell(by, List.of(members.own()));
    return true;
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
        return Optional.of(NameWatch.taken(said.id(), member.address()));
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
    members.learn(removed);
    journal.accept(removed);
    rumours.announce(removed);
    // Who is removed while it lives hears of it as well.
    tell(removed.entry().endpoint(), List.of(removed));
    return true;
  }
}
