package io.volute.membership;

import io.volute.identity.Actor;
import io.volute.identity.Endpoint;
import io.volute.identity.HostPort;
import io.volute.identity.MemberEntry;
import io.volute.identity.MemberRecord;
import io.volute.identity.NodeId;
import io.volute.identity.Role;
import io.volute.identity.Stage;
import io.volute.message.Message;
import io.volute.port.Clock;
import io.volute.port.Dice;
import io.volute.port.Store;
import io.volute.port.StoreException;
import io.volute.port.Wire;
import io.volute.settings.NetworkTuning;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * This node's part in the cluster: who belongs to it ({@link Members}), who answers ({@link
 * Liveness}), how news gets around ({@link Gossip}), and what of it outlives a restart. Used by the
 * kernel's thread only.
 *
 * <p>A node that has left, or was removed, is alone: it forgets the others, calls nobody and is
 * taken in by nobody until an operator has it join again.
 */
public final class Membership {
  private static final String ALONE = "alone";
  private static final byte[] NO_CONTENT = {};

  private final Members members;
  private final Liveness liveness;
  private final Gossip gossip;
  private final MemberNotes notes;
  private final Store store;
  private final LongConsumer onNoted;
  private final Role role;
  private final Clock clock;
  private final NetworkTuning tuning;
  private final ClockWatch clocks = new ClockWatch();
  private long intervalAtMillis;
  private Consumer<String> onNotice = notice -> {};
  private LongConsumer onRemoved = incarnation -> {};
  private boolean alone;

  /** What this node said last before it became alone; empty where others have removed it. */
  private Optional<MemberRecord> farewell;

  /**
   * @param file this node and the peers of its membership file
   * @param onNoted takes the sequence numbers of changes to the store
   */
  public Membership(
      Clock clock,
      Dice dice,
      Wire wire,
      Store store,
      NetworkTuning tuning,
      Roster file,
      Role role,
      LongConsumer onNoted,
      long firstId) {
    this.store = store;
    this.role = role;
    this.clock = clock;
    this.tuning = tuning;
    this.onNoted = onNoted;
    this.notes = new MemberNotes(store);
    this.alone = store.note(ALONE).isPresent();
    this.farewell = store.note(ALONE).flatMap(MemberNotes::read);
    List<MemberEntry> peers = alone ? List.of() : file.peers();
    this.members = new Members(file.selfEntry(), role, peers);
    if (!alone) {
      for (MemberRecord record : notes.load()) {
        if (!record.id().equals(file.self())) {
          members.learn(record);
        }
      }
    }
    this.liveness = new Liveness(clock, dice, wire, tuning, members.roster(), firstId);
    liveness.onNotice(this::notice);
    members.observe(liveness);
    this.gossip = new Gossip(clock, dice, wire, tuning, members, liveness, this::keep, firstId);
    gossip.onNotice(notice -> onNotice.accept(notice));
    gossip.onRemoved(this::onRemovedByOthers);
    if (!alone) {
      peers.forEach(peer -> gossip.seek(peer.address()));
    }
  }

  /** Which role a node had when its store was last used; empty for a new one. */
  public static Optional<Role> formerRole(Store store, NodeId node) {
    return new MemberNotes(store)
        .load().stream()
            .filter(record -> record.id().equals(node))
            .map(MemberRecord::role)
            .findFirst();
  }

  public void observe(Roster.Observer observer) {
    members.observe(observer);
  }

  /** Takes lines for whoever looks after the node. */
  public void onNotice(Consumer<String> listener) {
    onNotice = listener;
  }

  /** Tells whoever looks after the node, in one line. */
  public void notice(String line) {
    onNotice.accept(line);
  }

  /** Is given the life of this node that an operator has taken out of the cluster. */
  public void onRemoved(LongConsumer listener) {
    onRemoved = listener;
  }

  /** Is given a later life than this one, which others know this node by. */
  public void onOutlived(LongConsumer listener) {
    gossip.onOutlived(listener);
  }

  public Roster roster() {
    return members.roster();
  }

  public Liveness liveness() {
    return liveness;
  }

  public Gossip gossip() {
    return gossip;
  }

  public MemberRecord own() {
    return members.own();
  }

  /** All that is known, gone members included, in the order of names. */
  public List<MemberRecord> all() {
    return members.all();
  }

  /**
   * Whether a life of a member is known to be over, so that it issues no more dots: a newer one has
   * spoken, or the member is gone. Not that of a node that was never heard of: it may be a member
   * that this one has forgotten with its disk.
   */
  public boolean isOver(Actor life) {
    Optional<MemberRecord> known = members.find(life.node());
    return known.isPresent()
        && (!known.get().stage().isPresent() || known.get().incarnation() > life.incarnation());
  }

  /** Whether this node has left, or was removed, and has not joined again. */
  public boolean isAlone() {
    return alone;
  }

  /** Introduces this life of the node, at the start and whenever a new one begins. */
  public void introduce(long incarnation) {
    MemberRecord own = members.own();
    long last = own.incarnation() == incarnation ? own.counter() : lastNoted(incarnation);
    // A new life that begins while this node leaves does not call it back.
    boolean leaves = !alone && (own.stage() == Stage.LEAVING || own.stage() == Stage.LEFT);
    Stage stage = leaves ? own.stage() : Stage.ACTIVE;
    members.speak(
        before -> new MemberRecord(before.entry(), role, stage, incarnation, last + 1, 0));
    gossip.announce();
    gossip.seekAnew();
  }

  private long lastNoted(long incarnation) {
    for (MemberRecord record : notes.load()) {
      if (record.id().equals(members.own().id()) && record.incarnation() == incarnation) {
        return record.counter();
      }
    }
    return 0;
  }

  /** Tells the cluster that this node has its share of the data for a roster in place. */
  public void declareInPlace(long digest) {
    members.speak(before -> before.declaring(digest, before.counter() + 1));
    gossip.announce();
  }

  /** Owns no keys from now on, and tells the others so. */
  public void beginLeaving() {
    members.speak(before -> before.with(Stage.LEAVING, before.counter() + 1));
    gossip.announce();
  }

  /** Says good-bye. The next life must have a new incarnation. */
  public void leave() {
    members.speak(before -> before.with(Stage.LEFT, before.counter() + 1));
    gossip.announce();
  }

  /** Forgets the others, until an operator has it join again. */
  public void becomeAlone() {
    alone = true;
    gossip.becomeAlone();
    farewell = Optional.of(own()).filter(word -> word.stage() == Stage.LEFT);
    byte[] content = farewell.map(MemberNotes::line).orElse(NO_CONTENT);
    note(store -> store.putNote(ALONE, content));
    note(store -> notes.forgetAllBut(members.own().id()));
    members.forgetOthers(members.own().incarnation());
  }

  /** Calls at an address until a member answers; false when there are too many already. */
  public boolean join(HostPort address) {
    if (alone) {
      alone = false;
      note(store -> store.removeNote(ALONE));
    }
    return gossip.seek(address);
  }

  private void onRemovedByOthers(long incarnation) {
    if (!alone) {
      onNotice.accept(
          "this node was removed from its cluster; POST /cluster/join takes it in anew");
      becomeAlone();
      onRemoved.accept(incarnation);
    }
  }

  private void keep(MemberRecord record) {
    note(store -> notes.keep(record));
  }

  /** A change of notes. */
  private interface Noting {
    long in(Store store) throws StoreException;
  }

  private void note(Noting noting) {
    try {
      long sequence = noting.in(store);
      if (sequence > 0) {
        onNoted.accept(sequence);
      }
    } catch (StoreException e) {
      // The store has reported it. What is not noted is heard again after a restart.
      onNotice.accept("a change of members is not kept: " + e.getMessage());
    }
  }

  /** Members other than this one that are present, and where they are. */
  public List<Endpoint> peers() {
    List<Endpoint> peers = new ArrayList<>();
    roster().peers().forEach(peer -> peers.add(peer.endpoint()));
    return peers;
  }

  /** How often {@link #watch} is due. */
  public long tickMillis() {
    return tuning.tickMillis();
  }

  /** Looks after the peers; once in each tick, also while the node starts. */
  public void watch() {
    liveness.onTick();
  }

  /** Passes on what there is to tell; once in each tick, as soon as the node runs. */
  public void spread() {
    gossip.onTick();
    long now = clock.monotonicMillis();
    if (now >= intervalAtMillis) {
      intervalAtMillis = now + tuning.probeIntervalMillis();
      gossip.onInterval();
    }
  }

  /** Whether a message is for {@link #onMessage}. */
  public static boolean concerns(Message message) {
    return message instanceof Message.MembersTold
        || message instanceof Message.MembersPage
        || message instanceof Message.CompareMembers
        || message instanceof Message.MemberRanges
        || message instanceof Message.Accused
        || message instanceof Message.ClockTold
        || message instanceof Message.Unwelcome;
  }

  /** A node has called that wants to meet the cluster, or one of its members. */
  public void onSeek(NodeId stranger, HostPort seenAt) {
    if (!alone) {
      gossip.onSeek(stranger, seenAt);
    } else if (farewell.isPresent()) {
      // Who still calls here has not heard it.
      gossip.onSeekByForsaken(stranger, seenAt, farewell.get());
    }
  }

  /** Takes what a member, or a guest, says of members. */
  public void onMessage(NodeId from, Message message) {
    if (alone) {
      return;
    }
    if (message instanceof Message.MembersTold told) {
      gossip.onTold(from, told);
    } else if (message instanceof Message.MembersPage page) {
      gossip.onPage(from, page);
    } else if (message instanceof Message.Unwelcome unwelcome) {
      gossip.onUnwelcome(from, unwelcome);
    } else {
      Optional<MemberEntry> member = roster().find(from);
      member.ifPresent(entry -> onMemberMessage(entry.endpoint(), message));
    }
  }

  private void onMemberMessage(Endpoint from, Message message) {
    if (message instanceof Message.CompareMembers compare) {
      gossip.onCompare(from, compare);
    } else if (message instanceof Message.MemberRanges ranges) {
      gossip.onRanges(from, ranges);
    } else if (message instanceof Message.Accused accused) {
      liveness.onAccused(from, accused);
    } else if (message instanceof Message.ClockTold told) {
      clocks
          .onTold(from.node(), told.wallMillis(), clock.wallMillis())
          .ifPresent(notice -> onNotice.accept(notice));
    } else {
      throw new AssertionError("a message that does not concern members: " + message);
    }
  }
}
