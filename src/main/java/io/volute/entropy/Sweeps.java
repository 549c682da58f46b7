package io.volute.entropy;

import io.volute.exchange.Surroundings;
import io.volute.hashing.SetDigest;
import io.volute.identity.Endpoint;
import io.volute.identity.MemberEntry;
import io.volute.identity.NodeId;
import io.volute.identity.Role;
import io.volute.membership.Liveness;
import io.volute.membership.Roster;
import io.volute.message.Message;
import io.volute.message.Message.KeyDigest;
import io.volute.record.Name;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Decides when all keys are compared with which peer. A sweep is one {@link TreeExchange}: it finds
 * what differs by the hash trees and makes it equal, in both directions. Followers take a {@link
 * FollowerSweep} instead.
 *
 * <p>At once: with every peer after a start, with a peer that has come back, and with all others
 * when one is lost, since it may have taken a half-done replication with it. Besides, with one peer
 * in each sync interval, for what nobody noticed: the one that was last proven equal the longest
 * time ago.
 *
 * <p>When both this node and a peer have swept each other since they were last out of touch,
 * neither lacks anything of what the other had; until then this node has not caught up.
 */
public final class Sweeps implements Liveness.Observer, Roster.Observer {
  private static final long AGAIN_MILLIS = 1000;

  private final Surroundings around;
  private final KeyExchange exchange;
  private final KeyExchange.Keeper keeper;
  private final InSync inSync = new InSync();
  private final Map<NodeId, Sweep> sweeps = new TreeMap<>();
  private final Refills refills = new Refills();

  private final SweptPeers swept;
  private boolean started;

  public Sweeps(Surroundings around, KeyExchange.Keeper keeper) {
    this.around = around;
    this.keeper = keeper;
    this.exchange = new KeyExchange(around, keeper);
    this.swept = new SweptPeers(around);
    around.liveness().roster().peers().forEach(peer -> add(peer.id()));
  }

  private void add(NodeId peer) {
    sweeps.put(peer, new Sweep(peer));
  }

  /** The comparisons with one peer. */
  private final class Sweep {
    private final NodeId peer;
    private final StrayPush.Known strays = new StrayPush.Known();

    /** Ends the comparison under way, if there is one. */
    private Optional<Runnable> underWay = Optional.empty();

    /** Somebody waits for a comparison that begins from now on. */
    private boolean wanted;

    /** This node may lack something that the peer has. */
    private boolean isBehind;

    /** By which the one under way was begun. */
    private long placement;

    /** The one under way is the one that is waited for. */
    private boolean isTheWanted;

    /** Who waits until a comparison that began after the question has ended. */
    private List<Consumer<Boolean>> waiting = new ArrayList<>();

    /** When one was last begun, so that each peer has its turn. */
    private long triedAtMillis = Long.MIN_VALUE;

    Sweep(NodeId peer) {
      this.peer = peer;
    }

    void want() {
      isBehind = true;
      wantAnother();
    }

    /** Has all compared once more, without doubt that this node has all that it should. */
    void wantAnother() {
      wanted = true;
      isTheWanted = false;
      begin();
    }

    /** Unless one is under way. */
    void begin() {
      if (!underWay.isEmpty() || !around.liveness().isReachable(peer)) {
        return;
      }
      isTheWanted = true;
      placement = around.placements().digest();
      triedAtMillis = around.clock().monotonicMillis();
      if (isCompared()) {
        TreeExchange next =
            new TreeExchange(around, exchange, keeper, inSync, strays, refills, peer, this::onOver);
        underWay = Optional.of(next::giveUp);
        next.start();
      } else {
        FollowerSweep next = new FollowerSweep(around, exchange, peer, this::onOver);
        underWay = Optional.of(next::giveUp);
        next.start();
      }
    }

    /** Whether both may own keys; else at most one of the two is brought some. */
    private boolean isCompared() {
      return around.isMember() && around.roleOf(peer) == Role.MEMBER;
    }

    private void onOver(KeyExchange.Outcome outcome) {
      underWay = Optional.empty();
      boolean failed = outcome == KeyExchange.Outcome.FAILED;
      if (wanted && !isTheWanted) {
        begin();
      } else if (wanted && failed) {
        around.after(AGAIN_MILLIS, this::again);
      } else if (!failed) {
        wanted = false;
        isBehind = false;
        tellSwept(peer, placement);
        if (!wanted) {
          tellWaiting(outcome == KeyExchange.Outcome.EQUAL);
        }
      }
    }

    void tellWaiting(boolean equal) {
      List<Consumer<Boolean>> told = waiting;
      waiting = new ArrayList<>();
      told.forEach(one -> one.accept(equal));
    }

    /** What was brought to the peer before may be gone there, or be deleted by now. */
    void compareStraysAnew() {
      strays.forget();
    }

    private void again() {
      if (wanted && sweeps.get(peer) == this) {
        begin();
      }
    }

    /** A sweep that was wanted begins anew when the peer is back. */
    void abandon() {
      underWay.ifPresent(Runnable::run);
      underWay = Optional.empty();
    }

    boolean isWanted() {
      return wanted;
    }

    boolean isBehind() {
      return wanted && isBehind;
    }
  }

  /** Members that are new compare their keys with this node's; see also {@link #sweepAll}. */
  @Override
  public void onRosterChanged(Roster before, Roster after) {
    for (MemberEntry peer : before.peers()) {
      if (!after.contains(peer.id())) {
        Sweep gone = sweeps.remove(peer.id());
        gone.abandon();
        gone.tellWaiting(false);
        inSync.forget(peer.id());
        swept.forget(peer.id());
      }
    }
    for (MemberEntry peer : after.peers()) {
      if (!before.contains(peer.id())) {
        add(peer.id());
        if (started) {
          swept.recall(peer.id());
        }
      }
    }
  }

  /** Owners have changed: keys must move, and nobody else knows which. */
  public void sweepAll() {
    inSync.forgetAll();
    for (Sweep sweep : sweeps.values()) {
      sweep.abandon();
      if (started) {
        sweep.want();
      }
    }
  }

  public void start() {
    started = true;
    for (NodeId peer : sweeps.keySet()) {
      sweep(peer);
      swept.recall(peer);
    }
    around.after(around.settings().syncIntervalMillis(), this::onInterval);
  }

  private void tellSwept(NodeId peer, long placement) {
    if (placement != around.placements().digest()) {
      // Owners have changed under way: there may be more keys that are the peer's.
      sweep(peer);
      return;
    }
    swept.tell(peer, placement);
  }

  /** How long ago all keys were last compared with a peer; empty when that is not yet done. */
  public OptionalLong sinceSweptMillis(NodeId peer) {
    return swept.sinceSweptMillis(peer);
  }

  public void onSwept(Endpoint from, Message.SweptFor message) {
    swept.onSwept(from, message);
  }

  /** Whether partitions are being taken over as streams now. */
  public boolean isRefilling() {
    return !refills.isEmpty();
  }

  /** Whether all keys have been compared with every reachable peer since it was last away. */
  public boolean isComplete() {
    for (Map.Entry<NodeId, Sweep> peer : sweeps.entrySet()) {
      boolean caughtUp = swept.hasSwept(peer.getKey()) && !peer.getValue().isBehind();
      if (!caughtUp && around.liveness().isReachable(peer.getKey())) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether everything that reachable members had of this node's keys, by the newest placement, has
   * been brought here.
   */
  public boolean isBroughtAll() {
    long placement = around.placements().digest();
    for (NodeId peer : sweeps.keySet()) {
      boolean brought = swept.hasSweptFor(peer, placement);
      if (!brought && around.liveness().isReachable(peer)) {
        return false;
      }
    }
    return true;
  }

  private void onInterval() {
    Optional<Sweep> due = Optional.empty();
    for (Sweep sweep : sweeps.values()) {
      if (!sweep.isWanted()
          && around.liveness().isReachable(sweep.peer)
          && (due.isEmpty() || comesBefore(sweep, due.get()))) {
        due = Optional.of(sweep);
      }
    }
    due.ifPresent(Sweep::begin);
    around.after(around.settings().syncIntervalMillis(), this::onInterval);
  }

  private boolean comesBefore(Sweep one, Sweep other) {
    long oneAt = inSync.oldestMillis(one.peer).orElse(Long.MIN_VALUE);
    long otherAt = inSync.oldestMillis(other.peer).orElse(Long.MIN_VALUE);
    // A pair that can't be made equal must not keep the others waiting for ever.
    long oneTurn = Math.max(oneAt, one.triedAtMillis);
    long otherTurn = Math.max(otherAt, other.triedAtMillis);
    return oneTurn < otherTurn;
  }

  /** Compares all keys with a peer, as soon as it can be reached. */
  public void sweep(NodeId peer) {
    sweeps.get(peer).want();
  }

  /**
   * The same, keys held in the stead of their owners included.
   *
   * @param whenOver is told whether both were equal, by the same placement all along; later, or
   *     when the peer has gone for good
   */
  public void sweepFor(NodeId peer, Consumer<Boolean> whenOver) {
    Sweep sweep = sweeps.get(peer);
    if (sweep == null) {
      whenOver.accept(false);
      return;
    }
    sweep.compareStraysAnew();
    sweep.waiting.add(whenOver);
    sweep.wantAnother();
  }

  @Override
  public void onPeerReachable(NodeId peer) {
    sweeps.get(peer).compareStraysAnew();
    sweep(peer);
    swept.recall(peer);
  }

  @Override
  public void onPeerUnreachable(NodeId lost) {
    sweeps.get(lost).abandon();
    swept.lose(lost);
    sweeps.keySet().stream().filter(peer -> !peer.equals(lost)).forEach(this::sweep);
  }

  public void onRecall(Endpoint from, Message.Recall recall) {
    around.wire().send(from, new Message.Recalled(recall.requestId()));
    sweeps.get(from.node()).compareStraysAnew();
    sweep(from.node());
  }

  /** A peer compares a page with us. */
  public void onCompare(Endpoint from, Message.Compare compare) {
    List<Name> differing = new ArrayList<>();
    for (KeyDigest key : compare.keys()) {
      if (SetDigest.of(around.store().versions(key.name())) != key.digest()) {
        differing.add(key.name());
      }
    }
    around.wire().send(from, new Message.Differing(compare.requestId(), differing));
  }

  /** Whether a comparison with a peer is waited for. */
  public boolean isSweeping(NodeId peer) {
    Sweep sweep = sweeps.get(peer);
    return sweep != null && sweep.isWanted();
  }

  /** Keys that were found to differ, with all peers together, since the start. */
  public long exchangedKeys() {
    return exchange.begun();
  }

  /**
   * Peers with which a comparison is waited for. Not those that can't be reached: nothing is
   * compared with them, and nothing that is asked of this node waits for it.
   */
  public int underWay() {
    return (int)
        sweeps.values().stream()
            .filter(sweep -> sweep.isBehind() && around.liveness().isReachable(sweep.peer))
            .count();
  }

  /** How long ago a peer's copies of a partition were known to be the same as here. */
  public OptionalLong inSyncMillis(NodeId peer, int partition) {
    return ago(inSync.agreedMillis(peer, partition));
  }

  /**
   * How long ago all members held the same as this one of what they share: the oldest of all
   * partitions and peers. Empty when that is not yet known of each.
   */
  public OptionalLong inSyncMillis() {
    long oldest = around.clock().monotonicMillis();
    for (Sweep sweep : sweeps.values()) {
      if (sweep.isCompared()) {
        OptionalLong with = inSync.oldestMillis(sweep.peer);
        if (with.isEmpty()) {
          return with;
        }
        oldest = Math.min(oldest, with.getAsLong());
      }
    }
    return ago(OptionalLong.of(oldest));
  }

  /** How far keys have moved that move to other owners. */
  public MoveProgress moveProgress() {
    return new MoveProgress(around, inSync);
  }

  private OptionalLong ago(OptionalLong atMillis) {
    return atMillis.isEmpty()
        ? atMillis
        : OptionalLong.of(around.clock().monotonicMillis() - atMillis.getAsLong());
  }
}
