package io.volute.reaping;

import io.volute.causal.CausalContext;
import io.volute.causal.Dot;
import io.volute.entropy.Sweeps;
import io.volute.exchange.Surroundings;
import io.volute.hashing.Partitions;
import io.volute.identity.Actor;
import io.volute.identity.Endpoint;
import io.volute.identity.MemberEntry;
import io.volute.identity.NodeId;
import io.volute.identity.Role;
import io.volute.message.Message;
import io.volute.port.KeyTree.DueKey;
import io.volute.port.StoreException;
import io.volute.record.Mirrors;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * Removes keys of which nothing is visible, once all members are known to have seen the last of
 * them. Works in rounds, for as long as there are such keys: have every member compare with this
 * node, raise the floors, and remove what lies below those of all. See {@code docs/adr/0017}.
 *
 * <p>Cost of a round: a comparison with each member, and a look at each key that is due.
 */
public final class Reaper {
  private static final long REVIEW_MILLIS = 500;

  /** A round that takes longer is begun anew: a member is away, or has forgotten the question. */
  private static final long PATIENCE_MILLIS = 60_000;

  private static final long LONGEST_PAUSE_MILLIS = 60_000;
  private static final int PAGE_KEYS = 128;

  /** The question is asked again after it; comparisons take their time. */
  private static final long AGAIN_MILLIS = 2000;

  private final Surroundings around;
  private final Sweeps sweeps;
  private final Floors floors;

  /** Whether this node has left its cluster: then it has nobody to ask, and proves nothing. */
  private final BooleanSupplier hasLeft;

  private final Predicate<Actor> isOver;

  /** A random number of this life of the process. */
  private final long boot;

  /** In which life each member was last heard to vouch, and the floors that it had proven in it. */
  private final SortedMap<NodeId, Long> boots = new TreeMap<>();

  private final SortedMap<NodeId, SortedMap<Actor, Long>> told = new TreeMap<>();

  /** Members that wait for a comparison, with the question. */
  private final SortedMap<NodeId, Long> asking = new TreeMap<>();

  private Optional<Round> round = Optional.empty();
  private long placement;
  private long nextRoundAtMillis;
  private long pauseMillis;
  private long reaped;

  /**
   * @param isOver whether a member's life is known to be over: it issues no more dots
   * @param boot a random number for this life of the process
   */
  public Reaper(
      Surroundings around,
      Sweeps sweeps,
      Floors floors,
      BooleanSupplier hasLeft,
      Predicate<Actor> isOver,
      long boot) {
    this.around = around;
    this.sweeps = sweeps;
    this.floors = floors;
    this.hasLeft = hasLeft;
    this.isOver = isOver;
    this.boot = boot;
    this.pauseMillis = around.settings().syncIntervalMillis();
  }

  public void start() {
    around.after(REVIEW_MILLIS, this::review);
  }

  /** Keys that were removed since the start. */
  public long reaped() {
    return reaped;
  }

  /** Members that can't be reached, if keys could be removed but for that. */
  public List<NodeId> waitsFor() {
    List<NodeId> away = away();
    return away.isEmpty() || !isAnythingDue() ? List.of() : away;
  }

  private boolean mayWork() {
    return around.isMember() && around.placements().isSettled() && !hasLeft.getAsBoolean();
  }

  private void review() {
    long now = around.clock().monotonicMillis();
    if (placement != around.placements().digest() || !mayWork()) {
      placement = around.placements().digest();
      told.clear();
      round.ifPresent(Round::giveUp);
    } else if (round.isPresent()) {
      round.get().review(now);
    } else if (now >= nextRoundAtMillis && away().isEmpty() && isAnythingDue()) {
      round = Optional.of(new Round(now));
      round.get().start();
    }
    around.after(REVIEW_MILLIS, this::review);
  }

  /** Who can't be reached can't vouch, so there is no use in asking the others. */
  private List<NodeId> away() {
    return around.liveness().roster().peers().stream()
        .map(MemberEntry::id)
        .filter(peer -> around.roleOf(peer) != Role.PROXY && !around.liveness().isReachable(peer))
        .toList();
  }

  private boolean isAnythingDue() {
    try {
      return !around.store().tree().due(around.clock().wallMillis(), Optional.empty(), 1).isEmpty();
    } catch (StoreException e) {
      return false; // What is due can't be found for now; the store has said so itself.
    }
  }

  private List<NodeId> peers(Role role) {
    return around.liveness().roster().peers().stream()
        .map(MemberEntry::id)
        .filter(peer -> around.roleOf(peer) == role)
        .toList();
  }

  private final class Round {
    private final long startedAtMillis;
    private final SortedMap<Actor, Long> heard = floors.heard();

    /**
     * What lies below is known here since before the round: so all who vouch in it, and may hold
     * the key in others' stead, have compared with a node that says that it is over.
     */
    private final SortedMap<Actor, Long> provenBefore = floors.proven();

    private final SortedMap<NodeId, Long> bootsBefore = new TreeMap<>(boots);
    private final List<NodeId> members = peers(Role.MEMBER);
    private final List<NodeId> followers = peers(Role.FOLLOWER);
    private final List<Long> questions = new ArrayList<>();
    private int missing;

    /** What the slowest clock of all says: what has expired by it has done so for everyone. */
    private long wallMillis = around.clock().wallMillis();

    private boolean inOneLife = true;
    private boolean over;

    Round(long startedAtMillis) {
      this.startedAtMillis = startedAtMillis;
    }

    void start() {
      missing = 1 + members.size();
      for (NodeId peer : members) {
        questions.add(
            around
                .questions()
                .ask(
                    around.endpoint(peer),
                    id -> new Message.Vouch(id, placement),
                    answer -> onAnswer(peer, answer),
                    AGAIN_MILLIS));
      }
      oneLess();
    }

    void review(long now) {
      boolean changed =
          !members.equals(peers(Role.MEMBER)) || !followers.equals(peers(Role.FOLLOWER));
      if (changed || !away().isEmpty()) {
        giveUp();
      } else if (now - startedAtMillis > PATIENCE_MILLIS) {
        giveUp();
        pause(false);
      }
    }

    void giveUp() {
      over = true;
      questions.forEach(around.questions()::forget);
      round = Optional.empty();
    }

    private boolean onAnswer(NodeId peer, Message answer) {
      if (!(answer instanceof Message.Vouched vouched) || vouched.placement() != placement) {
        return false;
      }
      // What a former life of the member made, and lost, may still come to light at others; only
      // what came before this round is certain to have done so.
      inOneLife &= bootsBefore.getOrDefault(peer, 0L) == vouched.boot();
      boots.put(peer, vouched.boot());
      wallMillis = Math.min(wallMillis, vouched.wallMillis());
      told.put(peer, map(vouched.floors()));
      vouched.heard().forEach(floors::heard);
      oneLess();
      return true;
    }

    private void oneLess() {
      missing--;
      if (missing > 0 || over) {
        return;
      }
      if (!inOneLife || placement != around.placements().digest() || !mayWork()) {
        giveUp();
        return;
      }
      try {
        floors.prove(heard, leastMirrors(), placement, wallMillis, this::onProven);
      } catch (StoreException e) {
        // The store has said so itself; nothing is reaped without a floor.
        giveUp();
        pause(false);
      }
    }

    private int[] leastMirrors() {
      int[] least = new int[Partitions.COUNT];
      for (int partition = 0; partition < least.length; partition++) {
        least[partition] = around.placement().leastMirrors(partition, around.self());
      }
      return least;
    }

    /** Followers show what is deleted until they have heard of it, so they come first. */
    private void onProven() {
      if (over) {
        return;
      }
      missing = 1 + followers.size();
      for (NodeId follower : followers) {
        sweeps.sweepFor(
            follower,
            equal -> {
              if (equal) {
                reapWhenAllAreBrought();
              }
            });
      }
      reapWhenAllAreBrought();
    }

    private void reapWhenAllAreBrought() {
      missing--;
      if (missing == 0 && !over) {
        reapPage(provenBefore, Optional.empty(), reaped);
      }
    }

    private void reapPage(SortedMap<Actor, Long> mine, Optional<DueKey> after, long reapedBefore) {
      if (over || floors.proven().isEmpty()) {
        return;
      }
      List<DueKey> page;
      try {
        page = around.store().tree().due(wallMillis, after, PAGE_KEYS);
        for (DueKey key : page) {
          reapOne(key, mine);
        }
      } catch (StoreException e) {
        // The store has said so itself; it is tried again.
        giveUp();
        pause(false);
        return;
      }
      if (page.size() < PAGE_KEYS) {
        giveUp();
        boolean learned = !heard.equals(floors.heard()) || !heard.equals(provenBefore);
        pause(reaped > reapedBefore || learned);
      } else {
        Optional<DueKey> last = Optional.of(page.get(page.size() - 1));
        around.after(1, () -> reapPage(mine, last, reapedBefore));
      }
    }
  }

  private void reapOne(DueKey key, SortedMap<Actor, Long> mine) throws StoreException {
    VersionSet held = around.store().versions(key.name());
    CausalContext context = held.context();
    List<SortedMap<Actor, Long>> floorsOfOwners = new ArrayList<>();
    Mirrors mirrors = held.mirrors().orElse(around.defaultMirrors());
    for (NodeId owner : around.placement().owners(key.name(), mirrors)) {
      floorsOfOwners.add(
          around.isSelf(owner) ? mine : told.getOrDefault(owner, Collections.emptySortedMap()));
    }
    boolean isKnownToAll = true;
    for (Actor actor : context.actors()) {
      long highest = context.highest(actor);
      isKnownToAll &=
          floorsOfOwners.stream().allMatch(floor -> highest <= floor.getOrDefault(actor, 0L));
      // Clients can make contexts up, so the word of a life that goes on, or that is unknown, is
      // waited for. One that is over issues no more dots, so any number is an end to them.
      if (isOver.test(actor)) {
        floors.heard(actor, highest);
      }
    }
    if (!isKnownToAll) {
      held.forEach(version -> floors.heard(version.dot()));
    } else if (!held.isEmpty()) {
      around.stored().made(around.store().remove(key.name()));
      reaped++;
    }
  }

  /** Without success the next round waits longer: somebody may be away for long. */
  private void pause(boolean success) {
    long least = around.settings().syncIntervalMillis();
    pauseMillis =
        success ? least : Math.min(2 * pauseMillis, Math.max(least, LONGEST_PAUSE_MILLIS));
    nextRoundAtMillis = around.clock().monotonicMillis() + pauseMillis;
  }

  /** A member wants to know that it has all that this node holds of its keys. */
  public void onVouch(Endpoint from, Message.Vouch ask) {
    NodeId peer = from.node();
    boolean underWay = asking.getOrDefault(peer, 0L) == ask.requestId();
    if (underWay || !mayWork() || ask.placement() != around.placements().digest()) {
      // It asks again.
      return;
    }
    asking.put(peer, ask.requestId());
    sweeps.sweepFor(
        peer,
        equal -> {
          boolean same = asking.getOrDefault(peer, 0L) == ask.requestId();
          if (same) {
            asking.remove(peer);
          }
          if (same && equal && mayWork() && ask.placement() == around.placements().digest()) {
            around
                .wire()
                .send(
                    from,
                    new Message.Vouched(
                        ask.requestId(),
                        ask.placement(),
                        boot,
                        around.clock().wallMillis(),
                        list(floors.heard()),
                        list(floors.proven())));
          }
        });
  }

  /** An owner refuses versions that this node holds. */
  public void onReaped(Endpoint from, Message.Reaped message) {
    List<Version> obsolete = new ArrayList<>();
    boolean insists = false;
    for (Version version : around.store().versions(message.name())) {
      if (message.dots().contains(version.dot())) {
        obsolete.add(version);
        insists |= floors.insistsOn(message.name(), version);
      }
    }
    boolean done = !insists;
    try {
      done = done && floors.giveUp(message.name(), obsolete);
    } catch (StoreException e) {
      done = false;
    }
    around.wire().send(from, new Message.Replicated(message.requestId(), done));
  }

  private static SortedMap<Actor, Long> map(List<Dot> list) {
    SortedMap<Actor, Long> map = new TreeMap<>();
    list.forEach(one -> map.put(one.actor(), one.counter()));
    return map;
  }

  private static List<Dot> list(Map<Actor, Long> map) {
    List<Dot> list = new ArrayList<>();
    map.forEach((actor, counter) -> list.add(new Dot(actor, counter)));
    return list;
  }
}
