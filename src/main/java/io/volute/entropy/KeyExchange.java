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
import io.volute.record.MirrorRange;
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
 *
 * <p>A version may give a key fewer mirrors. A member that was away then still holds what it
 * replaces, as one of its owners, while others that owned it have given it up; without care they
 * would take it from each other for ever, one after the other. So where one side holds nothing, the
 * first owner, who owns a key whatever its mirror count, is asked who else does.
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

    /** What the first owner has, where it was asked. */
    private Optional<VersionSet> firsts = Optional.empty();

    private Optional<FirstOwner> firstOwner = Optional.empty();

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
      theirs.ifPresent(this::onTheirs);
      return theirs.isPresent();
    }

    private void onTheirs(List<FetchedVersion> theirs) {
      for (FetchedVersion one : theirs) {
        peers = peers.with(one.version());
      }
      boolean oneHasNone = peers.isEmpty() != around.store().versions(name).isEmpty();
      Optional<NodeId> first =
          oneHasNone && areMembers()
              ? FirstOwner.elsewhere(around, name).filter(node -> !node.equals(peer))
              : Optional.empty();
      if (first.isEmpty()) {
        compare(theirs);
        return;
      }
      NodeId owner = first.get();
      firstOwner =
          Optional.of(
              FirstOwner.ask(around, owner, name, versions -> onFirsts(owner, versions, theirs)));
    }

    private void onFirsts(
        NodeId first, Optional<VersionSet> versions, List<FetchedVersion> theirs) {
      firsts = versions;
      VersionSet mine = around.store().versions(name);
      if (isStray(mine) && hasFewerOwners(mine)) {
        // What is here is of the past: it is for nobody before this node has the newer one.
        new One(first, name, outcome -> compare(theirs)).start();
      } else {
        compare(theirs);
      }
    }

    private void compare(List<FetchedVersion> theirs) {
      if (over) {
        return;
      }
      VersionSet mine = around.store().versions(name);
      // One more than are missing, so that what is done at once can't end it early.
      missing = 1;
      for (Version version : mine) {
        if (!peers.knows(version.dot()) && isForPeer(mine)) {
          send(version);
        }
      }
      boolean owned = isOwnedHere(mine);
      List<Dot> obsolete = new ArrayList<>();
      for (FetchedVersion one : theirs) {
        Version version = one.version();
        // Who holds a key that is not its own must at least hear that it is over, or has fewer
        // owners: only they are asked before its copy goes.
        boolean mayBeOver = version.isTombstone() || version.expiresAtMillis() != Version.NEVER;
        boolean wanted = owned || (isStray(mine) && (mayBeOver || hasFewerOwners(mine)));
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
      return !mine.isEmpty() && areMembers();
    }

    private boolean areMembers() {
      return around.isMember() && around.roleOf(peer) == Role.MEMBER;
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

    private boolean isOwnedHere(VersionSet mine) {
      // A follower may hold what the owners have given up meanwhile.
      return around.roleOf(peer) != Role.FOLLOWER && isOwner(around.self(), together(mine));
    }

    private boolean hasFewerOwners(VersionSet mine) {
      return widthOf(together(mine)) < widthOf(mine);
    }

    private int widthOf(VersionSet versions) {
      return MirrorRange.widthOf(versions.mirrors().orElse(around.defaultMirrors()));
    }

    private boolean isForPeer(VersionSet mine) {
      return firsts.isEmpty() || isOwner(peer, together(mine));
    }

    private VersionSet together(VersionSet mine) {
      return mine.merge(peers).merge(firsts.orElse(VersionSet.EMPTY));
    }

    private boolean isOwner(NodeId node, VersionSet versions) {
      Mirrors mirrors = versions.mirrors().orElse(around.defaultMirrors());
      return around.placement().isOwner(node, name, mirrors);
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
          return !isOwnedHere(mine) && !(isStray(mine) && hasFewerOwners(mine));
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
      firstOwner.ifPresent(FirstOwner::giveUp);
      whenOver.accept(outcome);
    }
  }
}
