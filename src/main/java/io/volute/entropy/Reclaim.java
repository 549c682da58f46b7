package io.volute.entropy;

import io.volute.exchange.Surroundings;
import io.volute.identity.Actor;
import io.volute.identity.Endpoint;
import io.volute.identity.NodeId;
import io.volute.message.Message;
import io.volute.message.Message.HeldKey;
import io.volute.port.Store.NamedVersions;
import io.volute.port.StoreException;
import io.volute.record.Mirrors;
import io.volute.record.Name;
import io.volute.record.VersionSet;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Gives up a copy that placement does not give this node: of a key that it owned before it moved,
 * or that it stood in for. The copy goes only after every owner has said that it knows all of its
 * versions for good, and only while nothing moves.
 *
 * <p>A node that has forgotten a key must not vouch for its dots of it, see {@code VersionMaker}: a
 * copy with dots of this life goes only in the next life, which is begun for it.
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

  private static final long PATIENCE_MILLIS = 5000;

  private final Surroundings around;
  private final KeyExchange exchange;
  private final Ledger ledger;

  public Reclaim(Surroundings around, KeyExchange.Keeper keeper, Ledger ledger) {
    this.around = around;
    this.exchange = new KeyExchange(around, keeper);
    this.ledger = ledger;
  }

  /** Whether anything may be given up now. */
  boolean mayDrop() {
    return around.placements().isSettled() && around.isMember();
  }

  /** A member asks whether it may give its copies up. */
  public void onConfirm(Endpoint from, Message.ConfirmHeld ask) {
    boolean agree =
        around.placements().isSettled() && ask.placement() == around.placements().digest();
    List<Name> differing = new ArrayList<>();
    for (HeldKey key : ask.keys()) {
      VersionSet held = around.store().versions(key.name());
      boolean knowsAll = key.versions().stream().allMatch(version -> held.knows(version.dot()));
      Mirrors mirrors = VersionSet.of(key.versions()).mirrors().orElse(around.defaultMirrors());
      if (!agree || !knowsAll || !around.placement().isOwner(around.self(), key.name(), mirrors)) {
        differing.add(key.name());
      }
    }
    // What is in memory only would be gone with the power, and the copy with it.
    around
        .stored()
        .whenAllSoFar(
            () -> around.wire().send(from, new Message.Differing(ask.requestId(), differing)),
            () -> {});
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
              true,
              (dropped, begun) -> {
                boolean gone = dropped.contains(name);
                whenOver.accept(gone ? Outcome.DROPPED : Outcome.UNCONFIRMED);
              })
          .start();
    }
  }

  /** Whether a copy is nobody's here, neither an owner's nor on its way to one. */
  boolean isSurplus(NamedVersions key) {
    return !isKeptHere(key.name(), key.versions()) && !ledger.isOwed(key.name());
  }

  /**
   * Gives copies up where that may be.
   *
   * @param mayBeginLife whether the next life may be begun for it
   * @param whenOver is told whether it was; those that are left may be tried again
   */
  void giveUp(List<NamedVersions> batch, boolean mayBeginLife, Consumer<Boolean> whenOver) {
    new Round(batch, mayBeginLife, (dropped, begun) -> whenOver.accept(begun)).start();
  }

  private boolean isKeptHere(Name name, VersionSet held) {
    Mirrors mirrors = held.mirrors().orElse(around.defaultMirrors());
    return around.isKeptBy(around.self(), name, mirrors);
  }

  /** Asks all owners of some keys, and drops what all of them have. */
  private final class Round {
    private final Map<Name, VersionSet> keys = new TreeMap<>();
    private final long placement = around.placements().digest();
    private final boolean mayBeginLife;
    private final BiConsumer<Set<Name>, Boolean> whenOver;
    private final List<PeerQuestions> asked = new ArrayList<>();
    private final Set<Name> unconfirmed = new LinkedHashSet<>();
    private int missing = 1;
    private boolean begunLife;
    private boolean over;

    Round(
        List<NamedVersions> batch, boolean mayBeginLife, BiConsumer<Set<Name>, Boolean> whenOver) {
      this.mayBeginLife = mayBeginLife;
      batch.forEach(key -> keys.put(key.name(), key.versions()));
      this.whenOver = whenOver;
    }

    void start() {
      Map<NodeId, List<HeldKey>> byOwner = new TreeMap<>();
      keys.forEach(
          (name, versions) -> {
            HeldKey key = new HeldKey(name, versions.asList());
            Mirrors mirrors = versions.mirrors().orElse(around.defaultMirrors());
            List<NodeId> owners = around.placement().owners(name, mirrors);
            if (owners.isEmpty()) {
              unconfirmed.add(name);
            }
            for (NodeId owner : owners) {
              byOwner.computeIfAbsent(owner, absent -> new ArrayList<>()).add(key);
            }
          });
      around.after(PATIENCE_MILLIS, this::giveUp);
      byOwner.forEach(this::ask);
      oneLess();
    }

    private void ask(NodeId owner, List<HeldKey> held) {
      if (around.isSelf(owner) || !around.liveness().isReachable(owner)) {
        held.forEach(key -> unconfirmed.add(key.name()));
        return;
      }
      missing++;
      PeerQuestions questions = new PeerQuestions(around, owner);
      asked.add(questions);
      questions.ask(
          id -> new Message.ConfirmHeld(id, placement, held),
          Message.Differing.class,
          answer -> {
            answer.names().forEach(name -> bring(owner, name));
            oneLess();
          });
    }

    /** The owner does not know all of it yet. It is asked again in a later round. */
    private void bring(NodeId owner, Name name) {
      unconfirmed.add(name);
      missing++;
      exchange.start(owner, name, outcome -> oneLess());
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
      whenOver.accept(dropped, begunLife);
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

    private void beginNewLife() {
      if (!mayBeginLife || begunLife) {
        return;
      }
      try {
        ledger.beginNewLife();
        begunLife = true;
      } catch (StoreException e) {
        // The store takes no changes now, and has said so; the copy stays.
        return;
      }
    }

    private boolean dropOne(Name name, VersionSet held) {
      if (held.context().highest(ledger.actor()) > 0) {
        beginNewLife();
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
