package io.volute.entropy;

import io.volute.causal.Dot;
import io.volute.exchange.Surroundings;
import io.volute.exchange.Timers;
import io.volute.exchange.VersionSetParts;
import io.volute.identity.NodeId;
import io.volute.identity.Role;
import io.volute.message.Message;
import io.volute.message.Message.FetchedVersion;
import io.volute.port.StoreException;
import io.volute.record.Mirrors;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import io.volute.record.VersionedValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/**
 * Makes one key the same here and at a peer: learns which versions the peer has, sends it those
 * that it lacks, and fetches those that are lacking here.
 */
public final class KeyExchange {
  /** How it went, from the best to the worst. */
  enum Outcome {
    /** Each side knows all that the other held. */
    EQUAL,
    /** A value could not be read where it is held; all else is equal. */
    PARTLY,
    /** The peer or a disk took too long, or a blob is still on its way. */
    FAILED;

    Outcome worst(Outcome other) {
      return compareTo(other) >= 0 ? this : other;
    }
  }

  /** Takes in a version from elsewhere. */
  public interface Keeper {
    /** Keeps it now, or once the peer has sent its blob. */
    void keep(NodeId peer, Name name, VersionedValue content) throws StoreException;
  }

  private final Surroundings around;
  private final Keeper keeper;
  private long begun;

  public KeyExchange(Surroundings around, Keeper keeper) {
    this.around = around;
    this.keeper = keeper;
  }

  /**
   * Starts.
   *
   * @param whenOver is called once, when it is done or has taken too long
   */
  void start(NodeId peer, Name name, Consumer<Outcome> whenOver) {
    begun++;
    new One(peer, name, whenOver).start();
  }

  /** Keys that have been exchanged so far, or are just now. */
  long begun() {
    return begun;
  }

  private final class One {
    private final NodeId peer;
    private final Name name;
    private final Consumer<Outcome> whenOver;
    private final VersionSetParts parts = new VersionSetParts();
    private final List<Long> questions = new ArrayList<>();
    private Timers.Timer deadline;
    private VersionSet peers = VersionSet.EMPTY;
    private int missing;

    /** Versions here that the peer refuses, since they are of the past. */
    private final List<Version> refused = new ArrayList<>();

    private boolean sentAll = true;
    private boolean unreadable;
    private boolean over;

    One(NodeId peer, Name name, Consumer<Outcome> whenOver) {
      this.peer = peer;
      this.name = name;
      this.whenOver = whenOver;
    }

    void start() {
      deadline = around.after(around.tuning().operationDeadlineMillis(), () -> end(Outcome.FAILED));
      questions.add(
          around
              .questions()
              .ask(
                  around.endpoint(peer), id -> new Message.Fetch(id, name, true), this::onFetched));
    }

    private boolean onFetched(Message answer) {
      if (!(answer instanceof Message.Fetched part)) {
        return false;
      }
      Optional<List<FetchedVersion>> theirs = parts.add(part);
      theirs.ifPresent(this::compare);
      return theirs.isPresent();
    }

    private void compare(List<FetchedVersion> theirs) {
      VersionSet mine = around.store().versions(name);
      for (FetchedVersion one : theirs) {
        peers = peers.with(one.version());
      }
      // One more than are missing, so that what is done at once can't end it early.
      missing = 1;
      for (Version version : mine) {
        if (!peers.knows(version.dot())) {
          send(version);
        }
      }
      boolean owned = isOwnedHere(mine.merge(peers));
      List<Dot> obsolete = new ArrayList<>();
      for (FetchedVersion one : theirs) {
        Version version = one.version();
        // Who holds a key that is not its own must at least hear that it is over.
        boolean mayBeOver = version.isTombstone() || version.expiresAtMillis() != Version.NEVER;
        boolean wanted = owned || (mayBeOver && isStray(mine));
        if (wanted && !mine.knows(version.dot())) {
          if (around.obsolescence().isObsolete(name, version)) {
            obsolete.add(version.dot());
          } else {
            take(one);
          }
        }
      }
      if (!obsolete.isEmpty()) {
        tellObsolete(obsolete);
      }
      oneLess();
    }

    private boolean isStray(VersionSet mine) {
      return !mine.isEmpty() && around.isMember() && around.roleOf(peer) == Role.MEMBER;
    }

    /** The peer still has what is deleted for so long that it is forgotten here. */
    private void tellObsolete(List<Dot> dots) {
      ask(
          id -> new Message.Reaped(id, name, dots),
          answer -> sentAll &= answer instanceof Message.Replicated done && done.stored());
      // What it gives up is nothing that could be lacking here.
      List<Version> left =
          peers.asList().stream().filter(version -> !dots.contains(version.dot())).toList();
      peers = VersionSet.of(left);
    }

    private void ask(LongFunction<Message> question, Consumer<Message> onAnswer) {
      missing++;
      questions.add(
          around
              .questions()
              .ask(
                  around.endpoint(peer),
                  question,
                  answer -> {
                    onAnswer.accept(answer);
                    oneLess();
                    return true;
                  }));
    }

    private boolean isOwnedHere(VersionSet merged) {
      Mirrors mirrors = merged.mirrors().orElse(around.defaultMirrors());
      // A follower may hold what the owners have given up meanwhile.
      return around.roleOf(peer) != Role.FOLLOWER
          && around.placement().isOwner(around.self(), name, mirrors);
    }

    private void send(Version version) {
      Optional<Value> value = read(version);
      if (value.isEmpty()) {
        unreadable = true;
        return;
      }
      VersionedValue content = new VersionedValue(version, value.get());
      ask(id -> bringing(id, content), answer -> onSent(content, answer));
    }

    private void onSent(VersionedValue content, Message answer) {
      if (!(answer instanceof Message.Obsolete)) {
        sentAll &= answer instanceof Message.Replicated kept && kept.stored();
      } else if (around.obsolescence().insistsOn(name, content.version())) {
        ask(
            id -> new Message.Insist(id, name, content),
            last -> sentAll &= last instanceof Message.Replicated kept && kept.stored());
      } else {
        refused.add(content.version());
      }
    }

    private boolean giveUpRefused() {
      try {
        return around.obsolescence().giveUp(name, refused);
      } catch (StoreException e) {
        // The store has said so itself; the peer refuses them again.
        return false;
      }
    }

    private Message bringing(long id, VersionedValue content) {
      return around.roleOf(peer) == Role.FOLLOWER
          ? new Message.Copy(id, name, content)
          : new Message.Replicate(id, name, content);
    }

    private Optional<Value> read(Version version) {
      try {
        return version.sizeBytes() == 0
            ? Optional.of(Value.EMPTY)
            : around.store().value(name, version.dot());
      } catch (StoreException e) {
        // Damaged here; the store has reported it. What the peer has is still taken in.
        return Optional.empty();
      }
    }

    private void take(FetchedVersion one) {
      Version version = one.version();
      Optional<Value> value =
          version.sizeBytes() == 0
              ? Optional.of(Value.EMPTY)
              : one.value().filter(version::isSizeOf);
      if (value.isPresent()) {
        keep(version, value.get());
        return;
      }
      ask(
          id -> new Message.FetchValue(id, name, version.dot()),
          answer -> {
            if (answer instanceof Message.FetchedValue fetched) {
              Optional<Value> found = fetched.value().filter(version::isSizeOf);
              unreadable |= found.isEmpty();
              found.ifPresent(its -> keep(version, its));
            }
          });
    }

    private void keep(Version version, Value value) {
      try {
        keeper.keep(peer, name, new VersionedValue(version, value));
      } catch (StoreException e) {
        end(Outcome.FAILED);
      }
    }

    private void oneLess() {
      missing--;
      if (missing == 0) {
        sentAll &= refused.isEmpty() || giveUpRefused();
        end(outcome());
      }
    }

    private Outcome outcome() {
      if (!sentAll || (!unreadable && !knowsAllOfTheirs())) {
        return Outcome.FAILED;
      }
      return unreadable ? Outcome.PARTLY : Outcome.EQUAL;
    }

    private boolean knowsAllOfTheirs() {
      VersionSet mine = around.store().versions(name);
      for (Version version : peers) {
        if (!mine.knows(version.dot())) {
          return !isOwnedHere(mine.merge(peers));
        }
      }
      return true;
    }

    private void end(Outcome outcome) {
      if (over) {
        return;
      }
      over = true;
      deadline.cancel();
      questions.forEach(around.questions()::forget);
      whenOver.accept(outcome);
    }
  }
}
