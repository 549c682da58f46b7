package io.volute.kernel;

import io.volute.causal.Dot;
import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.coordination.Coordinator;
import io.volute.coordination.DotLease;
import io.volute.coordination.Explainer;
import io.volute.coordination.ForwardDesk;
import io.volute.coordination.Healing;
import io.volute.coordination.Lister;
import io.volute.coordination.Reader;
import io.volute.coordination.Replica;
import io.volute.entropy.FreshStore;
import io.volute.entropy.PrefixRepair;
import io.volute.entropy.Sweeps;
import io.volute.entropy.TreeAnswers;
import io.volute.exchange.FollowedNames;
import io.volute.exchange.Questions;
import io.volute.exchange.StoredQueue;
import io.volute.exchange.Surroundings;
import io.volute.exchange.Timers;
import io.volute.following.Followers;
import io.volute.following.Following;
import io.volute.handoff.Hints;
import io.volute.handoff.Moves;
import io.volute.identity.Actor;
import io.volute.identity.Endpoint;
import io.volute.identity.HostPort;
import io.volute.identity.NodeId;
import io.volute.membership.Membership;
import io.volute.membership.Roster;
import io.volute.message.Message;
import io.volute.placement.Placements;
import io.volute.port.Clock;
import io.volute.port.Dice;
import io.volute.port.Store;
import io.volute.port.StoreException;
import io.volute.port.Wire;
import io.volute.reaping.Floors;
import io.volute.record.Name;
import io.volute.settings.CoreSettings;
import io.volute.transfer.ChunkReads;
import io.volute.transfer.Chunks;
import io.volute.transfer.Pulls;
import io.volute.transfer.Uploads;
import io.volute.watching.Watches;
import java.util.List;
import java.util.function.Consumer;

/**
 * A node's mind: everything that is decided, apart from everything that is done.
 *
 * <p>Its methods are called by one thread, one at a time. Each runs to its end without waiting and
 * acts only through the ports; given the same events, times and dice it does exactly the same. Who
 * drives it calls {@link #onTimers} when {@link #nextTimerMillis} has come, and after each turn
 * lets the store write what was put before the wire sends what was said.
 */
public final class Kernel {
  private final Membership membership;
  private final Moves moves;
  private final MemberCommands memberCommands;
  private final Surroundings around;
  private final DotLease dots;
  private final Hints hints;
  private final Replica replica;
  private final Coordinator coordinator;
  private final SystemKeys systemKeys;
  private final Lister lister;
  private final Explainer explainer;
  private final ForwardDesk forwards;
  private final Sweeps sweeps;
  private final FreshStore fresh;
  private final Reaping reaping;
  private final Drops drops;
  private final Healing healing;
  private final RepairDesk repairs;
  private final Followers followers;
  private final Following following;
  private final TreeAnswers treeAnswers;
  private final Chunks chunks;
  private final ChunkReads chunkReads;
  private final Uploads uploads;
  private final Watches watches = new Watches();
  private final Description description;
  private Answer.Phase phase = Answer.Phase.STARTING;

  /**
   * A kernel over these ports; it does nothing before {@link #start}.
   *
   * @param actor this life of the node
   */
  public Kernel(
      Roster roster,
      Actor actor,
      CoreSettings settings,
      Clock clock,
      Dice dice,
      Wire wire,
      Store store) {
    Timers timers = new Timers();
    StoredQueue stored = new StoredQueue();
    long firstId = dice.nextLong() >>> 2;
    membership =
        new Membership(
            clock,
            dice,
            wire,
            store,
            settings.network(),
            roster,
            settings.duty().role(),
            stored::made,
            firstId);
    Wire watched = membership.liveness().watching(wire);
    Placements placed = new Placements(membership.roster().owning(), settings.cloneEveryKey());
    Store observed = watches.over(store);
    Floors floors = new Floors(clock, observed, stored, placed);
    around =
        new Surroundings(
            clock,
            dice,
            watched,
            observed,
            settings,
            membership.liveness(),
            placed,
            timers,
            stored,
            new Questions(clock, watched, timers, settings.tuning(), firstId),
            new FollowedNames(),
            floors);
    watches.start(around, firstId);
    Overflow overflow = new Overflow();
    dots = new DotLease(around, actor);
    hints = new Hints(around, overflow);
    chunks = new Chunks(around);
    Pulls pulls = new Pulls(around, chunks);
    chunkReads = new ChunkReads(around, chunks);
    uploads = new Uploads(around);
    replica = new Replica(around, dots, hints, pulls);
    sweeps = new Sweeps(around, replica::keepFrom);
    reaping = new Reaping(around, membership, floors, dots, sweeps, replica, firstId);
    treeAnswers = new TreeAnswers(around);
    overflow.to(sweeps);
    Comparisons comparing = new Comparisons(sweeps);
    followers = new Followers(around, comparing);
    following = new Following(around);
    fresh = new FreshStore(around, sweeps);
    coordinator = new Coordinator(around, dots, hints, fresh, followers, uploads);
    lister = new Lister(around);
    Reader reader = new Reader(around, replica, fresh, following::lagMillis);
    systemKeys = new SystemKeys(membership, reader, lister);
    explainer = new Explainer(around, new Ledger(hints, sweeps));
    forwards = new ForwardDesk(around, coordinator, fresh, pulls);
    healing = new Healing(around, pulls, membership::notice);
    drops = new Drops(around, dots, hints, replica);
    repairs = new RepairDesk(around, sweeps, new PrefixRepair(around, replica::keepFrom));
    moves = new Moves(around, membership, comparing);
    VitalSigns signs = new VitalSigns(around, coordinator, sweeps, moves, healing, reaping);
    description = new Description(around, membership, dots, hints, sweeps, signs);
    memberCommands = new MemberCommands(around, membership, dots, moves);
    around.liveness().observe(hints);
    around.liveness().observe(sweeps);
    around.liveness().observe(followers);
    List.<Roster.Observer>of(hints, sweeps, moves, followers, following)
        .forEach(membership::observe);
  }

  /** Takes lines for whoever looks after the node. */
  public void onNotice(Consumer<String> listener) {
    membership.onNotice(listener);
  }

  /** Calls at an address until a member answers, to join its cluster. */
  public void seek(HostPort address) {
    if (!membership.isAlone()) {
      membership.join(address);
    }
  }

  /** Whether a node's messages are listened to; the transport need not take any from others. */
  public boolean admits(NodeId node) {
    return membership.gossip().admits(node);
  }

  /**
   * Begins: takes a lease of dots, then serves.
   *
   * @param onRunning runs once commands are carried out
   */
  public void start(Runnable onRunning) throws StoreException {
    fresh.start();
    dots.start(
        () -> {
          phase = Answer.Phase.RUNNING;
          membership.introduce(dots.actor().incarnation());
          hints.start();
          sweeps.start();
          reaping.start();
          moves.start();
          drops.start();
          following.start();
          onRunning.run();
        });
    onMembershipTick();
  }

  private void onMembershipTick() {
    membership.watch();
    if (phase == Answer.Phase.RUNNING) {
      if (membership.own().incarnation() != dots.actor().incarnation()) {
        membership.introduce(dots.actor().incarnation());
      }
      membership.spread();
    }
    around.after(membership.tickMillis(), this::onMembershipTick);
  }

  /** From now on commands that change or read keys are refused; what is under way goes on. */
  public void stop() {
    phase = Answer.Phase.STOPPING;
  }

  /** Changes that are not yet settled with all owners. */
  public int changesUnderWay() {
    return coordinator.underWay();
  }

  /**
   * A client asks.
   *
   * @param reply is called exactly once, now or in a later turn
   */
  public void onCommand(Command command, Consumer<Answer> reply) {
    if (command instanceof Command.Describe describe) {
      reply.accept(description.answer(describe, shownPhase()));
    } else if (phase != Answer.Phase.RUNNING) {
      reply.accept(notRunning());
    } else if (command instanceof Command.Gather gather) {
      memberCommands.onCommand(gather, reply);
    } else if (membership.isAlone()) {
      reply.accept(
          unavailable("the node has left its cluster; POST /cluster/join takes it into one"));
    } else if (command instanceof Command.NextChanges next) {
      watches.onNextChanges(next, reply);
    } else if (command instanceof Command.Change change) {
      coordinator.onChange(change, reply);
    } else if (command instanceof Command.Read read) {
      systemKeys.onRead(read, reply);
    } else if (command instanceof Command.Upload upload) {
      uploads.onUpload(upload, reply);
    } else if (command instanceof Command.ReadChunk read) {
      chunkReads.onReadChunk(read, reply);
    } else if (command instanceof Command.Explain explain) {
      explainer.onExplain(explain, reply);
    } else if (command instanceof Command.Drop drop) {
      drops.onDrop(drop, reply);
    } else if (command instanceof Command.Repair repair) {
      repairs.onRepair(repair, reply);
    } else if (command instanceof Command.ListKeys list) {
      systemKeys.onList(list, reply);
    } else {
      throw new AssertionError("a command that nobody carries out: " + command);
    }
  }

  private Answer.Phase shownPhase() {
    return phase == Answer.Phase.RUNNING && memberCommands.isLeaving()
        ? Answer.Phase.LEAVING
        : phase;
  }

  private Answer notRunning() {
    return unavailable("the node " + (phase == Answer.Phase.STARTING ? "starts" : "stops"));
  }

  private static Answer unavailable(String why) {
    return new Answer.Refused(Answer.Reason.UNAVAILABLE, why, Answer.Outcome.NOT_APPLIED, 1000);
  }

  /** A node has called that wants to meet the cluster. */
  public void onSeek(NodeId stranger, HostPort seenAt) {
    if (phase == Answer.Phase.RUNNING && !around.isSelf(stranger)) {
      membership.onSeek(stranger, seenAt);
    }
  }

  /** A message has come in; from others than members only what makes them members is heard. */
  public void onMessage(NodeId sender, Message message) {
    if (around.isSelf(sender) || !membership.gossip().admits(sender)) {
      return;
    }
    if (Membership.concerns(message)) {
      // A node that starts has no word of its own yet; it is told again.
      if (phase != Answer.Phase.STARTING) {
        membership.onMessage(sender, message);
      }
      around.liveness().onHeard(sender);
      return;
    }
    if (!around.liveness().roster().contains(sender)) {
      return;
    }
    around.liveness().onHeard(sender);
    Endpoint from = around.endpoint(sender);
    if (around.liveness().onMessage(from, message)) {
      return;
    }
    if (onAnswer(sender, message)) {
      around.liveness().onAnswered(sender);
    } else {
      onRequest(from, message);
    }
  }

  /**
   * A message that may have waited in this machine while the node was stopped (a suspended process,
   * a long pause). A forwarded change is not carried out then: who sent it has long turned to
   * another member, and doing it now would bring an old value back beside what was written since.
   */
  public void onLateMessage(NodeId sender, Message message) {
    if (!(message instanceof Message.Forward || message instanceof Message.ClockTold)) {
      onMessage(sender, message);
    }
  }

  private boolean onAnswer(NodeId from, Message message) {
    if (message instanceof Message.Reply reply) {
      around.questions().onAnswer(from, reply.requestId(), message);
      return true;
    }
    return false;
  }

  private void onRequest(Endpoint from, Message message) {
    if (phase == Answer.Phase.STARTING) {
      // Unanswered requests are repeated. Until the first lease is durable this node can't tell
      // its own dots from those it has forgotten.
      return;
    } else if (message instanceof Message.Replicate replicate) {
      replica.onReplicate(from, replicate);
    } else if (message instanceof Message.Copy copy) {
      replica.onCopy(from, copy);
    } else if (message instanceof Message.Follow follow) {
      followers.onFollow(from, follow);
    } else if (message instanceof Message.Fetch fetch) {
      replica.onFetch(from, fetch);
    } else if (message instanceof Message.FetchValue fetch) {
      replica.onFetchValue(from, fetch);
    } else if (message instanceof Message.FetchChunk fetch) {
      chunks.onFetchChunk(from, fetch);
    } else if (message instanceof Message.ForwardSettled settled) {
      forwards.onSettled(from, settled);
    } else if (message instanceof Message.ListHeld list) {
      lister.onListHeld(from, list);
    } else if (message instanceof Message.Compare compare) {
      sweeps.onCompare(from, compare);
    } else if (message instanceof Message.SweptFor swept) {
      sweeps.onSwept(from, swept);
    } else if (message instanceof Message.ConfirmHeld confirm) {
      drops.reclaim().onConfirm(from, confirm);
    } else if (message instanceof Message.Recall recall) {
      sweeps.onRecall(from, recall);
    } else if (message instanceof Message.Forward forward) {
      if (phase == Answer.Phase.RUNNING) {
        forwards.onForward(from, forward);
      } else if (phase == Answer.Phase.STOPPING) {
        forwards.turnAway(from, forward);
      }
    } else if (!reaping.onMessage(from, message) && !treeAnswers.onMessage(from, message)) {
      throw new AssertionError("a message that nobody takes: " + message);
    }
  }

  /** The store has made every change up to this sequence number as durable as was asked. */
  public void onStored(long sequence) {
    around.stored().onStored(sequence);
  }

  /** The store can't make durable what was put since its last report, and takes no more. */
  public void onStoreFailed() {
    around.stored().onFailed();
  }

  /** A version of this node's copy can't be read back: it is to be had from another member. */
  public void onDamaged(Name name, Dot dot) {
    healing.heal(name, dot);
  }

  /** Does what is due by the clock. */
  public void onTimers() {
    around.timers().runDue(around.clock().monotonicMillis());
  }

  /** When {@link #onTimers} has something to do, on the monotonic clock. */
  public long nextTimerMillis() {
    return around.timers().nextAtMillis();
  }
}
