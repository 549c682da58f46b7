package io.volute.coordination;

import io.volute.causal.CausalContext;
import io.volute.causal.ContextBytes;
import io.volute.causal.Dot;
import io.volute.command.AckLevel;
import io.volute.command.Answer;
import io.volute.command.Answer.Reason;
import io.volute.command.Command;
import io.volute.command.Condition;
import io.volute.exchange.CatchUp;
import io.volute.exchange.MissedCopies;
import io.volute.exchange.NewVersions;
import io.volute.exchange.Surroundings;
import io.volute.exchange.Timers;
import io.volute.identity.NodeId;
import io.volute.port.StoreException;
import io.volute.record.Mirrors;
import io.volute.record.Name;
import io.volute.record.VersionSet;
import io.volute.record.VersionedValue;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One change, coordinated here: look (at this node's copy, or at a quorum where a condition asks
 * for it), make the version, store and replicate it, answer when enough have it.
 *
 * <p>Between the look and the store nothing else happens on this thread, so changes of a key that
 * meet at one coordinator never conflict with each other.
 */
final class ChangeOperation {
  /** Leaves room for the dot of the version that is made. */
  private static final int MAX_CONTEXT_BYTES = ContextBytes.MAX_BYTES - 128;

  private final Surroundings around;
  private final DotLease dots;
  private final MissedCopies missed;
  private final CatchUp catchUp;
  private final NewVersions onMade;
  private final Command.Change change;
  private final long deadlineMillis;
  private final Runnable onOver;
  private Consumer<Answer> reply;
  private Gathering gathering;
  private Replication replication;
  private Timers.Timer deadline;
  private Mirrors written;
  private Quorum quorum;
  private CausalContext version;
  private int siblings;
  private boolean renewed;

  ChangeOperation(
      Surroundings around,
      DotLease dots,
      MissedCopies missed,
      CatchUp catchUp,
      NewVersions onMade,
      Command.Change change,
      long deadlineMillis,
      Consumer<Answer> reply,
      Runnable onOver) {
    this.around = around;
    this.dots = dots;
    this.missed = missed;
    this.catchUp = catchUp;
    this.onMade = onMade;
    this.change = change;
    this.deadlineMillis = deadlineMillis;
    this.reply = reply;
    this.onOver = onOver;
  }

  void start() {
    VersionSet held = around.store().versions(change.name());
    boolean blind = change.replaces().isEmpty();
    boolean deletesUnseen = change instanceof Command.Delete && held.isEmpty() && blind;
    if (!(change.condition() instanceof Condition.None) || deletesUnseen) {
      look(deadlineMillis, true);
    } else if (blind && mayBeBehind()) {
      long patience = around.tuning().forwardPatienceMillis();
      look(Math.min(deadlineMillis, around.clock().monotonicMillis() + patience), false);
    } else {
      carryOut(held, held);
    }
  }

  /**
   * Whether another member may have coordinated changes of this key that are not here yet: this one
   * acts in the first one's stead, or was out of touch and has not caught up. What it does not see,
   * a blind change would not replace.
   */
  private boolean mayBeBehind() {
    List<NodeId> preference = around.placement().preference(change.name());
    if (preference.size() <= 1) {
      return false;
    }
    // While keys move, others may take another member for the first one.
    boolean isFirst = around.placements().isSettled() && around.isSelf(preference.get(0));
    return !(isFirst && catchUp.isComplete());
  }

  /**
   * Asks a quorum which versions there are.
   *
   * @param must whether the change can't be made without; else it is made on what is seen
   */
  private void look(long untilMillis, boolean must) {
    Gathering.Listener listener =
        new Gathering.Listener() {
          @Override
          public void onEnough() {
            carryOutOnWhatIsSeen();
          }

          @Override
          public void onFailure(String explanation) {
            if (must) {
              refuse(Reason.UNAVAILABLE, explanation);
            } else {
              carryOutOnWhatIsSeen();
            }
          }

          @Override
          public void onOver() {
            // What the owners lack is no concern of a change.
          }
        };
    gathering =
        new Gathering(
            around, catchUp, change.name(), looked(must), Optional.empty(), false, listener);
    gathering.start(untilMillis, must);
  }

  /**
   * A change that is to be settled in this zone is not to wait for others, if it can do without.
   */
  private AckLevel looked(boolean must) {
    boolean local = !must && change.level().kind() == AckLevel.Kind.LOCAL_QUORUM;
    return local ? AckLevel.LOCAL_QUORUM : AckLevel.QUORUM;
  }

  private void carryOutOnWhatIsSeen() {
    // This node's copy may have moved on since it was read for the gathering.
    VersionSet held = around.store().versions(change.name());
    carryOut(gathering.merged().merge(held), held);
  }

  private void carryOut(VersionSet seen, VersionSet held) {
    if (!holds(change.condition(), seen)) {
      refuse(Reason.PRECONDITION, "the key's version is not what the condition asks for");
      return;
    }
    if (change instanceof Command.Delete && seen.isEmpty() && change.replaces().isEmpty()) {
      // A quorum has said so: see start().
      int owners = gathering.owners().size();
      answer(new Answer.Written(CausalContext.EMPTY, 0, gathering.acks(), owners));
      onOver.run();
      return;
    }
    written = mirrorsOf(seen);
    quorum = quorumFor(seen);
    Optional<Answer.Refused> refusal = unreachable(around.placement().effective(written));
    if (refusal.isEmpty()) {
      refusal = store(seen, held);
    }
    refusal.ifPresent(
        answer -> {
          answer(answer);
          onOver.run();
        });
  }

  /**
   * With fewer mirrors than before a quorum of the new owners alone could be acknowledged while
   * readers find what it replaces at a quorum of the former ones. Who asks for a number of copies
   * knows how few it can be.
   */
  private Quorum quorumFor(VersionSet seen) {
    AckLevel level = change.level();
    Quorum enough = Quorum.forWrite(around, change.name(), written, level);
    Mirrors widest = seen.mirrors().map(written::widest).orElse(written);
    return widest.equals(written) || level.kind() == AckLevel.Kind.COUNT
        ? enough
        : enough.and(Quorum.forWrite(around, change.name(), widest, level));
  }

  private Mirrors mirrorsOf(VersionSet seen) {
    Optional<Mirrors> asked =
        change instanceof Command.Write write ? write.mirrors() : Optional.empty();
    return asked.or(seen::mirrors).orElse(around.defaultMirrors());
  }

  private boolean holds(Condition condition, VersionSet seen) {
    if (condition instanceof Condition.None) {
      return true;
    }
    boolean exists = seen.countVisibleAt(around.clock().wallMillis()) > 0;
    if (condition instanceof Condition.Exists) {
      return exists;
    } else if (condition instanceof Condition.Absent) {
      return !exists;
    } else if (condition instanceof Condition.Matches matches) {
      return exists && matches.versions().contains(seen.context());
    }
    throw new AssertionError("a condition that nobody looks at: " + condition);
  }

  /** Whether so few members can be reached that the level can't be met: then nothing is begun. */
  private Optional<Answer.Refused> unreachable(Mirrors effective) {
    int required = quorum.required();
    if (change.level().kind() == AckLevel.Kind.COUNT
        && !effective.isClone()
        && required > effective.count()) {
      return refusal(
          Reason.BAD_REQUEST,
          "w=" + required + " is more than the key's mirrors, " + effective.count());
    }
    List<NodeId> order = around.placement().order(change.name(), written);
    if (!quorum.canBeMet(order, around.liveness()::isReachable)) {
      int owners = quorum.owners().size();
      int reachable = (int) order.stream().filter(around.liveness()::isReachable).count();
      String wanted = change.level().isByZone() ? change.level().text() : "" + required;
      int counted = Math.min(reachable, Math.max(required, owners));
      return refusal(
          Reason.UNAVAILABLE,
          "w=" + wanted + " can't be met: " + owners + " owners, " + counted + " reachable");
    }
    return Optional.empty();
  }

  private Optional<Answer.Refused> store(VersionSet seen, VersionSet held) {
    Name name = change.name();
    CausalContext all = seen.context();
    try {
      if (change.replaces().filter(dots::isAheadOfUs).isPresent()) {
        // Either this node has lost its memory, or somebody made the context up.
        dots.renew();
      }
      CausalContext replaces = VersionMaker.replacedBy(change, seen, all, dots.actor());
      Optional<Answer.Refused> tooMuch = tooMuch(seen, all, replaces);
      if (tooMuch.isPresent()) {
        return tooMuch;
      }
      Optional<Dot> dot = dots.next();
      if (dot.isEmpty()) {
        return Optional.of(
            new Answer.Refused(
                Reason.OVERLOADED,
                "the node waits for its disk before it can accept more changes",
                Answer.Outcome.NOT_APPLIED,
                1000));
      }
      VersionedValue made =
          VersionMaker.make(change, dot.get(), replaces, written, around.clock().wallMillis());
      VersionSet after = held.with(made.version());
      long sequence = around.store().put(name, made.version(), made.value(), after);
      begin(seen, made, sequence);
      return Optional.empty();
    } catch (StoreException e) {
      return refusal(Reason.STORE_FAILED, e.getMessage());
    }
  }

  private Optional<Answer.Refused> tooMuch(
      VersionSet seen, CausalContext all, CausalContext replaces) {
    int remaining = 0;
    for (int i = 0; i < seen.size(); i++) {
      remaining += replaces.covers(seen.get(i).dot()) ? 0 : 1;
    }
    int limit = around.tuning().siblingsLimit();
    if (remaining >= limit) {
      return refusal(
          Reason.TOO_MANY_SIBLINGS,
          "the key has "
              + remaining
              + " siblings, the limit is "
              + limit
              + ": read it and write with the version that the read gives");
    }
    CausalContext whole = all.join(replaces);
    if (ContextBytes.sizeBytes(whole) > MAX_CONTEXT_BYTES) {
      return refusal(
          Reason.TOO_MANY_SIBLINGS,
          "the key's version takes more than "
              + MAX_CONTEXT_BYTES
              + " bytes: read it and write with the version that the read gives");
    }
    return Optional.empty();
  }

  private void begin(VersionSet seen, VersionedValue made, long sequence) {
    Name name = change.name();
    VersionSet after = seen.with(made.version());
    version = after.context();
    siblings = after.countVisibleAt(around.clock().wallMillis());
    // Whoever may hold a version that this one replaces must learn of it as well.
    Mirrors widest = seen.mirrors().map(written::widest).orElse(written);
    List<NodeId> order = around.placement().order(name, widest);
    int reached = around.placement().owners(name, widest).size();
    replication =
        new Replication(around, missed, name, made, order, reached, quorum, this::onProgress);
    deadline = around.timers().at(deadlineMillis, replication::finish);
    replication.start(sequence);
    onMade.made(name, made);
  }

  private void onProgress() {
    int acks = replication.acks();
    if (replication.isRefusedAsObsolete() && !renewed) {
      renewed = true;
      beginNewLife();
    }
    if (reply != null && replication.isMet()) {
      answer(new Answer.Written(version, siblings, acks, quorum.owners().size()));
    }
    if (replication.isOver()) {
      if (reply != null) {
        answerMissed(acks);
      }
      deadline.cancel();
      onOver.run();
    }
  }

  private void beginNewLife() {
    try {
      dots.renew();
    } catch (StoreException e) {
      // The store takes no changes now, so no more dots are issued either.
      return;
    }
  }

  private void answerMissed(int acks) {
    Reason reason = replication.hasFailedHere() ? Reason.STORE_FAILED : Reason.UNAVAILABLE;
    answer(
        new Answer.Refused(
            reason,
            acks + " of the " + quorum.required() + " copies asked for were confirmed in time",
            Answer.Outcome.UNKNOWN,
            1000));
  }

  private void refuse(Reason reason, String explanation) {
    answer(refusal(reason, explanation).orElseThrow());
    onOver.run();
  }

  private static Optional<Answer.Refused> refusal(Reason reason, String explanation) {
    return Optional.of(Answer.Refused.notApplied(reason, explanation));
  }

  private void answer(Answer answer) {
    Consumer<Answer> once = reply;
    reply = null;
    once.accept(answer);
  }
}
