package io.volute.coordination;

import io.volute.causal.Dot;
import io.volute.command.AckLevel;
import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.exchange.CatchUp;
import io.volute.exchange.Surroundings;
import io.volute.identity.NodeId;
import io.volute.record.Mirrors;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** Answers reads: from this node's own copy where that is enough, else from a quorum of owners. */
public final class Reader {
  /** Copies here of keys that this node does not own. */
  @FunctionalInterface
  public interface FollowedCopies {
    /** How old this node's copy of a key may be; empty where it can't be answered from. */
    OptionalLong lagMillis(Name name);
  }

  private final Surroundings around;
  private final FollowedCopies followed;
  private final CatchUp catchUp;
  private final Replica replica;
  private final Repair repair;
  private int underWay;

  public Reader(Surroundings around, Replica replica, CatchUp catchUp, FollowedCopies followed) {
    this.around = around;
    this.catchUp = catchUp;
    this.followed = followed;
    this.replica = replica;
    this.repair = new Repair(around, replica);
  }

  public void onRead(Command.Read read, Consumer<Answer> reply) {
    Name name = read.name();
    VersionSet held = around.store().versions(name);
    Mirrors mirrors = held.mirrors().orElse(around.defaultMirrors());
    List<NodeId> owners = around.placement().owners(name, mirrors);
    AckLevel level = read.level();
    Optional<String> impossible = impossible(level, mirrors, owners.size());
    if (impossible.isPresent()) {
      reply.accept(Answer.Refused.notApplied(Answer.Reason.BAD_REQUEST, impossible.get()));
      return;
    }
    Quorum quorum = Quorum.forRead(around, name, mirrors, level);
    boolean localIsEnough =
        quorum.isPossible()
            && quorum.isMet(around::isSelf, 0)
            && isNewEnough(read, held)
            && !(held.isEmpty() && catchUp.isFresh());
    OptionalLong lagMillis = lagMillis(read, held);
    if (lagMillis.isPresent()) {
      new Result(read, held, 0, owners.size(), lagMillis, reply)
          .answer(Map.of(), version -> List.of());
    } else if (localIsEnough && isAnsweredAtOnce(read, held, owners.size(), reply)) {
      return;
    } else if (localIsEnough) {
      new Result(read, held, 1, owners.size(), OptionalLong.empty(), reply)
          .answer(Map.of(), version -> List.of());
    } else if (underWay >= around.tuning().operationsLimit()) {
      reply.accept(Overload.refusal(underWay, "reads"));
    } else {
      gather(read, reply);
    }
  }

  /** Answers where there is one version and its value is here, as it mostly is. */
  private boolean isAnsweredAtOnce(
      Command.Read read, VersionSet held, int owners, Consumer<Answer> reply) {
    if (held.size() != 1 || !held.get(0).isVisibleAt(around.clock().wallMillis())) {
      return false;
    }
    Version version = held.get(0);
    boolean wanted = read.values() != Command.Values.NONE;
    Optional<Value> value = wanted ? replica.readValue(read.name(), version) : Optional.empty();
    if (wanted && value.isEmpty()) {
      return false;
    }
    List<Answer.Sibling> siblings = List.of(new Answer.Sibling(version, value));
    reply.accept(new Answer.Found(siblings, held, 1, owners));
    return true;
  }

  private boolean isNewEnough(Command.Read read, VersionSet held) {
    return Recency.isNewEnough(around, read.name(), read.atLeast(), held, around::isSelf);
  }

  /** Where a follower's copy answers: there is one, and the client asks for no more. */
  private OptionalLong lagMillis(Command.Read read, VersionSet held) {
    AckLevel level = read.level();
    boolean any = level.kind() == AckLevel.Kind.DEFAULT || level.equals(AckLevel.ONE);
    return any && isNewEnough(read, held) ? followed.lagMillis(read.name()) : OptionalLong.empty();
  }

  /** A level that no number of reachable members could meet. */
  private Optional<String> impossible(AckLevel level, Mirrors mirrors, int owners) {
    boolean counted = level.kind() == AckLevel.Kind.COUNT;
    Mirrors effective = around.placement().effective(mirrors);
    if (counted && !effective.isClone() && level.count() > Math.max(effective.count(), owners)) {
      return Optional.of(
          "r=" + level.count() + " is more than the key's mirrors, " + effective.count());
    }
    return Optional.empty();
  }

  private void gather(Command.Read read, Consumer<Answer> reply) {
    underWay++;
    boolean values = read.values() != Command.Values.NONE;
    GatheringListener listener = new GatheringListener(read, reply);
    listener.gathering =
        new Gathering(around, catchUp, read.name(), read.level(), read.atLeast(), values, listener);
    listener.gathering.start(
        around.clock().monotonicMillis() + around.tuning().operationDeadlineMillis(), true);
  }

  private final class GatheringListener implements Gathering.Listener {
    private final Command.Read read;
    private final Consumer<Answer> reply;
    private Gathering gathering;

    GatheringListener(Command.Read read, Consumer<Answer> reply) {
      this.read = read;
      this.reply = reply;
    }

    @Override
    public void onEnough() {
      int owners = gathering.owners().size();
      OptionalLong noLag = OptionalLong.empty();
      new Result(read, gathering.merged(), gathering.acks(), owners, noLag, reply)
          .answer(gathering.fetched(), gathering::holders);
    }

    @Override
    public void onFailure(String explanation) {
      reply.accept(
          new Answer.Refused(
              Answer.Reason.UNAVAILABLE, explanation, Answer.Outcome.NOT_APPLIED, 1000));
    }

    @Override
    public void onOver() {
      underWay--;
      repair.repair(read.name(), gathering.merged(), gathering.answers(), gathering.fetched());
    }
  }

  /** Who holds a version. */
  private interface Holders {
    List<NodeId> of(Version version);
  }

  /** Turns versions into an answer, fetching the values that are wanted and not here. */
  private final class Result {
    private final Command.Read read;
    private final VersionSet versions;
    private final int acks;
    private final int owners;
    private final OptionalLong lagMillis;
    private final Consumer<Answer> reply;
    private final Map<Dot, Value> values = new LinkedHashMap<>(2);
    private Holders holders;
    private final List<Version> visible;
    private int missing;

    Result(
        Command.Read read,
        VersionSet versions,
        int acks,
        int owners,
        OptionalLong lagMillis,
        Consumer<Answer> reply) {
      this.read = read;
      this.versions = versions;
      this.acks = acks;
      this.owners = owners;
      this.lagMillis = lagMillis;
      this.reply = reply;
      this.visible = versions.visibleAt(around.clock().wallMillis());
    }

    void answer(Map<Dot, Value> fetched, Holders holders) {
      this.holders = holders;
      if (visible.isEmpty()) {
        reply.accept(new Answer.NotFound(versions.context(), acks, owners, lagMillis));
        return;
      }
      List<Version> wanted =
          switch (read.values()) {
            case NONE -> List.of();
            case NEWEST -> visible.subList(0, 1);
            case ALL -> visible;
          };
      // One more than are missing, so that answers that come at once can't finish it early.
      missing = 1;
      for (Version version : wanted) {
        find(version, fetched, holders);
      }
      oneLess();
    }

    private void find(Version version, Map<Dot, Value> fetched, Holders holders) {
      Optional<Value> value = Optional.ofNullable(fetched.get(version.dot()));
      if (value.isEmpty()) {
        value = replica.readValue(read.name(), version);
      }
      if (value.isPresent()) {
        values.put(version.dot(), value.get());
        return;
      }
      missing++;
      ValueFetch.start(
          around,
          read.name(),
          version,
          holders.of(version),
          late -> {
            late.value().ifPresent(found -> values.put(version.dot(), found));
            oneLess();
          });
    }

    private void oneLess() {
      missing--;
      if (missing > 0) {
        return;
      }
      List<Answer.Sibling> siblings = new ArrayList<>(visible.size());
      for (Version version : visible) {
        Optional<Value> value = Optional.ofNullable(values.get(version.dot()));
        siblings.add(new Answer.Sibling(version, value, holders.of(version)));
      }
      if (isComplete(siblings)) {
        reply.accept(new Answer.Found(List.copyOf(siblings), versions, acks, owners, lagMillis));
      } else {
        reply.accept(
            new Answer.Refused(
                Answer.Reason.UNAVAILABLE,
                "the value is known, but nobody that holds it could send it in time",
                Answer.Outcome.NOT_APPLIED,
                1000));
      }
    }

    private boolean isComplete(List<Answer.Sibling> siblings) {
      return switch (read.values()) {
        case NONE -> true;
        case NEWEST -> !siblings.isEmpty() && siblings.get(0).value().isPresent();
        case ALL -> siblings.stream().allMatch(sibling -> sibling.value().isPresent());
      };
    }
  }
}
