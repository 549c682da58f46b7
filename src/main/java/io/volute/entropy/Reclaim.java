package io.volute.entropy;

import io.volute.exchange.Surroundings;
import io.volute.hashing.Partitions;
import io.volute.hashing.SetDigest;
import io.volute.identity.Actor;
import io.volute.identity.NodeId;
import io.volute.message.Message;
import io.volute.message.Message.KeyDigest;
import io.volute.port.KeyTree;
import io.volute.port.Store.NamedVersions;
import io.volute.port.StoreException;
import io.volute.record.MirrorRange;
import io.volute.record.Mirrors;
import io.volute.record.Name;
import io.volute.record.VersionSet;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Gives up the copies that placement does not give this node: of keys that it owned before they
 * moved, or that it stood in for. A copy goes only after every owner has said that it knows all of
 * its versions, and only while nothing moves.
 *
 * <p>A node that has forgotten a key must not vouch for its dots of it, see {@code VersionMaker}: a
 * copy with dots of this life goes only after the next life has begun, once for all of them.
 */
public final class Reclaim {
  /** What became of one copy. */
  public enum Outcome {
    DROPPED,
    /** There is none. */
    NOT_HELD,
    /** This node is to keep it. */
    KEPT_HERE,
    /** Not every owner has confirmed it; nothing is lost by trying again. */
    UNCONFIRMED
  }

  /** What this room does not know. */
  public interface Ledger {
    /** Whether this node is to bring the key to somebody. */
    boolean isOwed(Name name);

    /** The present life of this node. */
    Actor actor();

    /** Begins the next life. */
    void beginNewLife() throws StoreException;
  }

  private static final long INTERVAL_MILLIS = 1000;
  private static final long PATIENCE_MILLIS = 5000;
  private static final int KEYS_AT_ONCE = 64;

  private final Surroundings around;
  private final KeyExchange exchange;
  private final Ledger ledger;
  private int partition;
  private Optional<Name> next = Optional.empty();
  private boolean waitsForNewLife;

  public Reclaim(Surroundings around, KeyExchange.Keeper keeper, Ledger ledger) {
    this.around = around;
    this.exchange = new KeyExchange(around, keeper);
    this.ledger = ledger;
  }

  public void start() {
    around.after(INTERVAL_MILLIS, this::onInterval);
  }

  private boolean mayDrop() {
    return around.placements().isSettled() && around.isMember();
  }

  private void onInterval() {
    List<NamedVersions> batch = mayDrop() ? nextBatch() : List.of();
    if (batch.isEmpty()) {
      around.after(INTERVAL_MILLIS, this::onInterval);
    } else {
      new Round(batch, outcomes -> around.after(INTERVAL_MILLIS / 10, this::onInterval)).start();
    }
  }

  /** Some keys that are not this node's; each call looks at every partition once at most. */
  private List<NamedVersions> nextBatch() {
    KeyTree tree = around.store().tree();
    for (int looked = 0; looked <= Partitions.COUNT; looked++) {
      int owned = around.placement().leastMirrors(partition, around.self());
      MirrorRange strays = new MirrorRange(1, owned);
      if (!strays.isEmpty() && tree.keyCount(partition, strays) > 0) {
        KeyTree.Page page =
            tree.keys(partition, 0, Partitions.LEAVES, strays, next, KEYS_AT_ONCE);
        next = page.next();
        if (next.isEmpty()) {
          advance();
        }
        if (!page.keys().isEmpty()) {
          return page.keys();
        }
      } else {
        next = Optional.empty();
        advance();
      }
    }
    return List.of();
  }

  private void advance() {
    partition = (partition + 1) % Partitions.COUNT;
    if (partition == 0) {
      beginNewLifeIfNeeded();
    }
  }

  private void beginNewLifeIfNeeded() {
    if (!waitsForNewLife) {
      return;
    }
    waitsForNewLife = false;
    try {
      ledger.beginNewLife();
    } catch (StoreException e) {
      // The store takes no changes now; the copies stay until it does.
      waitsForNewLife = true;
    }
  }

  /** Gives one copy up now, if that may be. */
  public void drop(Name name, Consumer<Outcome> whenOver) {
    VersionSet held = around.store().versions(name);
    if (held.isEmpty()) {
      whenOver.accept(Outcome.NOT_HELD);
    } else if (isKeptHere(name, held)) {
      whenOver.accept(Outcome.KEPT_HERE);
    } else if (!mayDrop()) {
      whenOver.accept(Outcome.UNCONFIRMED);
    } else {
      List<NamedVersions> one = List.of(new NamedVersions(name, held));
      new Round(
              one,
              dropped -> {
                boolean gone = dropped.contains(name);
                whenOver.accept(gone ? Outcome.DROPPED : Outcome.UNCONFIRMED);
              })
          .start();
    }
  }

  private boolean isKeptHere(Name name, VersionSet held) {
    Mirrors mirrors = held.mirrors().orElse(around.defaultMirrors());
    return around.isKeptBy(around.self(), name, mirrors);
  }

  /** Asks all owners of some keys, and drops what all of them have. */
  private final class Round {
    private final Map<Name, VersionSet> keys = new TreeMap<>();
    private final long placement = around.placements().digest();
    private final Consumer<Set<Name>> whenOver;
    private final List<PeerQuestions> asked = new ArrayList<>();
    private final Set<Name> unconfirmed = new LinkedHashSet<>();
    private int missing = 1;
    private boolean over;

    Round(List<NamedVersions> batch, Consumer<Set<Name>> whenOver) {
      batch.forEach(key -> keys.put(key.name(), key.versions()));
      this.whenOver = whenOver;
    }

    void start() {
      Map<NodeId, List<KeyDigest>> byOwner = new TreeMap<>();
      keys.forEach(
          (name, versions) -> {
            KeyDigest digest = new KeyDigest(name, SetDigest.of(versions));
            Mirrors mirrors = versions.mirrors().orElse(around.defaultMirrors());
            List<NodeId> owners = around.placement().owners(name, mirrors);
            if (owners.isEmpty()) {
              unconfirmed.add(name);
            }
            for (NodeId owner : owners) {
              byOwner.computeIfAbsent(owner, absent -> new ArrayList<>()).add(digest);
            }
          });
      around.after(PATIENCE_MILLIS, this::giveUp);
      byOwner.forEach(this::ask);
      oneLess();
    }

    private void ask(NodeId owner, List<KeyDigest> digests) {
      if (around.isSelf(owner) || !around.liveness().isReachable(owner)) {
        digests.forEach(key -> unconfirmed.add(key.name()));
        return;
      }
      missing++;
      PeerQuestions questions = new PeerQuestions(around, owner);
      asked.add(questions);
      questions.ask(
          id -> new Message.Compare(id, digests),
          Message.Differing.class,
          answer -> {
            answer.names().forEach(name -> bring(owner, name));
            oneLess();
          });
    }

    /** The owner holds something else: newer, or not all that is held here. */
    private void bring(NodeId owner, Name name) {
      missing++;
      exchange.start(
          owner,
          name,
          outcome -> {
            if (outcome != KeyExchange.Outcome.EQUAL) {
              unconfirmed.add(name);
            }
            oneLess();
          });
    }

    private void giveUp() {
      if (!over) {
        unconfirmed.addAll(keys.keySet());
        end(Set.of());
      }
    }

    private void oneLess() {
      missing--;
      if (missing == 0 && !over) {
        end(dropConfirmed());
      }
    }

    private void end(Set<Name> dropped) {
      over = true;
      asked.forEach(PeerQuestions::giveUp);
      whenOver.accept(dropped);
    }

    private Set<Name> dropConfirmed() {
      Set<Name> dropped = new LinkedHashSet<>();
      boolean stillHolds = mayDrop() && placement == around.placements().digest();
      for (Map.Entry<Name, VersionSet> key : keys.entrySet()) {
        Name name = key.getKey();
        boolean same = around.store().versions(name).equals(key.getValue());
        if (stillHolds
            && same
            && !unconfirmed.contains(name)
            && !isKeptHere(name, key.getValue())
            && !ledger.isOwed(name)
            && dropOne(name, key.getValue())) {
          dropped.add(name);
        }
      }
      return dropped;
    }

    private boolean dropOne(Name name, VersionSet held) {
      if (held.context().highest(ledger.actor()) > 0) {
        waitsForNewLife = true;
        return false;
      }
      try {
        around.stored().made(around.store().remove(name));
        return true;
      } catch (StoreException e) {
        // The store has said so itself; the copy stays.
        return false;
      }
    }
  }
}
