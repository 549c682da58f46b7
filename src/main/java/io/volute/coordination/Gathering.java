package io.volute.coordination;

import io.volute.causal.CausalContext;
import io.volute.causal.Dot;
import io.volute.command.AckLevel;
import io.volute.exchange.CatchUp;
import io.volute.exchange.Surroundings;
import io.volute.exchange.Timers;
import io.volute.exchange.VersionSetParts;
import io.volute.identity.NodeId;
import io.volute.message.Message;
import io.volute.record.Mirrors;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Asks the owners of a key which versions they hold, until enough have answered.
 *
 * <p>The mirror count is part of the key's state, so a node that does not hold the key begins with
 * the default count and learns the real one from the first answer; it then asks further owners, or
 * is content with fewer.
 */
final class Gathering {
  /** What a gathering ends with. */
  interface Listener {
    /** Enough owners have answered, and have seen what was asked for. Called at most once. */
    void onEnough();

    /** It can't be had, or not in time; not called after {@link #onEnough}. */
    void onFailure(String explanation);

    /** Nobody else will be waited for: the place for repair. Called once, last. */
    void onOver();
  }

  /** What a node that owns nothing says until it has met its cluster. */
  static final String NOBODY_KNOWN = "no member that owns keys is known to this node yet";

  /** Pause before everyone is asked again when no answer was new enough. */
  private static final long AGAIN_MILLIS = 100;

  private final Surroundings around;
  private final CatchUp catchUp;
  private final Name name;
  private final AckLevel level;
  private final Optional<CausalContext> atLeast;
  private final boolean values;
  private final Listener listener;
  private final Map<NodeId, VersionSet> answers = new LinkedHashMap<>();
  private final Map<Dot, Value> fetched = new TreeMap<>();
  private final Map<NodeId, Long> questions = new LinkedHashMap<>();
  private VersionSet merged = VersionSet.EMPTY;
  private boolean patient;
  private boolean valuesAsked;
  private boolean settled;
  private boolean over;
  private Timers.Timer deadline;
  private Timers.Timer again;

  /**
   * @param atLeast an answer that has not seen all of this is not enough
   * @param values whether values are wanted with the versions, where they are at hand
   */
  Gathering(
      Surroundings around,
      CatchUp catchUp,
      Name name,
      AckLevel level,
      Optional<CausalContext> atLeast,
      boolean values,
      Listener listener) {
    this.around = around;
    this.catchUp = catchUp;
    this.name = name;
    this.level = level;
    this.atLeast = atLeast;
    this.values = values;
    this.listener = listener;
  }

  /**
   * Begins.
   *
   * @param patient whether owners that were lost a moment ago are waited for where it takes them
   */
  void start(long deadlineMillis, boolean patient) {
    this.patient = patient;
    deadline = around.timers().at(deadlineMillis, () -> end(whatIsMissing()));
    merged = ownCopy();
    valuesAsked = !values || around.placement().isOwner(around.self(), name, mirrors());
    askOwners();
    review();
  }

  private String whatIsMissing() {
    if (!around.placement().hasOwners()) {
      return NOBODY_KNOWN;
    }
    return isDoubtful()
        ? "this member's store began empty, and nobody who may know the key could be asked in time"
        : "not enough owners answered in time";
  }

  /** A follower's copy says nothing here: owners may have given up meanwhile what it still has. */
  private VersionSet ownCopy() {
    return around.isMember() ? around.store().versions(name) : VersionSet.EMPTY;
  }

  /** The key's mirror count as far as it is known. */
  Mirrors mirrors() {
    return merged.mirrors().orElse(around.defaultMirrors());
  }

  List<NodeId> owners() {
    return around.placement().owners(name, mirrors());
  }

  private Quorum quorum() {
    return Quorum.forRead(around, name, mirrors(), level);
  }

  private void askOwners() {
    // The first is asked for the values as well.
    long now = around.clock().monotonicMillis();
    for (NodeId owner : around.questions().pace().quickestFirst(owners(), now)) {
      if (around.isSelf(owner)) {
        answers.put(owner, around.store().versions(name));
      } else if (!answers.containsKey(owner)
          && !questions.containsKey(owner)
          && around.liveness().isReachable(owner)) {
        ask(owner);
      }
    }
  }

  private void ask(NodeId owner) {
    boolean withValues = !valuesAsked;
    valuesAsked = true;
    VersionSetParts parts = new VersionSetParts();
    // The question must be known before the answer can come, which it can't within this call.
    long question =
        around
            .questions()
            .ask(
                around.endpoint(owner),
                id -> new Message.Fetch(id, name, withValues),
                answer -> onAnswer(owner, parts, answer));
    questions.put(owner, question);
  }

  private boolean onAnswer(NodeId owner, VersionSetParts parts, Message answer) {
    if (!(answer instanceof Message.Fetched part)) {
      return false;
    }
    Optional<List<Message.FetchedVersion>> all = parts.add(part);
    if (all.isEmpty()) {
      return false;
    }
    VersionSet set = VersionSet.EMPTY;
    for (Message.FetchedVersion one : all.get()) {
      set = set.with(one.version());
      one.value()
          .filter(one.version()::isSizeOf)
          .ifPresent(value -> fetched.put(one.version().dot(), value));
    }
    questions.remove(owner);
    answers.put(owner, set);
    merged = merged.merge(set);
    askOwners();
    review();
    return true;
  }

  private void review() {
    if (over) {
      return;
    }
    Quorum quorum = quorum();
    if (!around.placement().hasOwners()) {
      lookAgainLater();
      return;
    }
    if (!settled && !quorum.isPossible()) {
      end("r=" + quorum.required() + " is more than the " + owners().size() + " owners there are");
      return;
    }
    questions.keySet().stream()
        .filter(owner -> !around.liveness().isReachable(owner))
        .toList()
        .forEach(this::forget);
    boolean enough = quorum.isMet(answers::containsKey, 0);
    if (!settled && enough && isNewEnough() && isNothingCertain()) {
      settled = true;
      deadline.cancel();
      // The others are only waited for to repair them; not for as long as for an answer.
      deadline = around.after(around.tuning().forwardPatienceMillis(), () -> end(""));
      listener.onEnough();
    }
    if (questions.isEmpty()) {
      everyoneAnswered(quorum);
    } else {
      lookAgainLater();
    }
  }

  private void lookAgainLater() {
    if (again == null) {
      again = around.after(AGAIN_MILLIS, this::lookAgain);
    }
  }

  private void lookAgain() {
    again = null;
    if (!over) {
      askOwners();
      review();
    }
  }

  private void everyoneAnswered(Quorum quorum) {
    if (settled) {
      end("");
    } else if (!quorum.isMet(answers::containsKey, 0) && !isWorthWaiting(quorum)) {
      end(
          "only "
              + acks()
              + " of the "
              + quorum.required()
              + " owners that must answer can be reached");
    } else if (again == null) {
      // All that can answer did, and none has seen enough yet: it may be on its way to them. Or
      // who is lacking may be back in a moment.
      answers.clear();
      merged = ownCopy();
      again = around.after(AGAIN_MILLIS, this::lookAgain);
    }
  }

  private boolean isWorthWaiting(Quorum quorum) {
    return patient
        && quorum.isMet(
            owner -> answers.containsKey(owner) || around.liveness().isReachableOrLostLately(owner),
            0);
  }

  /**
   * How many mirrors a key has is not known before one of its versions is seen, and with fewer than
   * the default a quorum of the default's owners may be just those that don't hold it. That there
   * is nothing is therefore only believed once all of them have answered that can be reached. Of a
   * node whose store is fresh it is not believed at all.
   */
  private boolean isNothingCertain() {
    boolean isAnswered = questions.isEmpty() || level.kind() == AckLevel.Kind.COUNT;
    return !merged.isEmpty() || (isAnswered && !isDoubtful());
  }

  /** Only this node says that there is nothing, and it may have lost what there was. */
  private boolean isDoubtful() {
    return merged.isEmpty()
        && answers.keySet().stream().allMatch(around::isSelf)
        && catchUp.isFresh();
  }

  private boolean isNewEnough() {
    return Recency.isNewEnough(around, name, atLeast, merged, answers::containsKey);
  }

  /** Owners whose answer is in. */
  int acks() {
    Set<NodeId> owners = new LinkedHashSet<>(owners());
    owners.retainAll(answers.keySet());
    return owners.size();
  }

  private void forget(NodeId owner) {
    around.questions().forget(questions.remove(owner));
  }

  private void end(String explanation) {
    if (over) {
      return;
    }
    over = true;
    deadline.cancel();
    if (again != null) {
      again.cancel();
    }
    List.copyOf(questions.keySet()).forEach(this::forget);
    if (!settled) {
      settled = true;
      listener.onFailure(explanation);
    }
    listener.onOver();
  }

  /** All that the answers know together, this node's own copy included. */
  VersionSet merged() {
    return merged;
  }

  /** What each owner that answered holds. */
  Map<NodeId, VersionSet> answers() {
    return answers;
  }

  /** Values that came with the answers. */
  Map<Dot, Value> fetched() {
    return fetched;
  }

  /** The owners and others that hold a version. */
  List<NodeId> holders(Version version) {
    return answers.entrySet().stream()
        .filter(entry -> entry.getValue().find(version.dot()).isPresent())
        .map(Map.Entry::getKey)
        .toList();
  }
}
