package io.volute.coordination;

import io.volute.exchange.MissedCopies;
import io.volute.exchange.Surroundings;
import io.volute.exchange.Timers;
import io.volute.identity.NodeId;
import io.volute.message.Message;
import io.volute.record.Name;
import io.volute.record.VersionedValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Brings one version to the owners of its key and counts who has it durably.
 *
 * <p>An owner that does not answer is replaced by the next reachable member in the key's order,
 * which stands in for it, and is noted as having missed the version. It goes on until every owner
 * has it or is noted, even when enough have it earlier, or the deadline has passed. While too few
 * have it, members that fell silent are asked again as soon as they can be reached: the version is
 * made, and a late answer is worth more to a client than an early doubt.
 */
final class Replication {
  /** How often owners that have fallen silent are looked for. */
  private static final long REVIEW_MILLIS = 250;

  private static final class Target {
    final boolean owner;
    long question;
    boolean acknowledged;
    boolean givenUp;

    /** Given up because it could not be reached, not because it refused. */
    boolean silent;

    Target(boolean owner) {
      this.owner = owner;
    }
  }

  private final Surroundings around;
  private final MissedCopies missed;
  private final Name name;
  private final VersionedValue content;
  private final List<NodeId> preference;
  private final int owners;
  private final Quorum quorum;
  private final Runnable onProgress;
  private final Map<NodeId, Target> targets = new LinkedHashMap<>();
  private Timers.Timer review;
  private boolean storedHere;
  private boolean failedHere;
  private boolean refusedAsObsolete;
  private boolean over;

  /**
   * @param preference all members in the order of their responsibility for the key
   * @param owners how many of them own it
   * @param quorum who must have it for a success
   * @param onProgress runs after each acknowledgement and when the replication is over
   */
  Replication(
      Surroundings around,
      MissedCopies missed,
      Name name,
      VersionedValue content,
      List<NodeId> preference,
      int owners,
      Quorum quorum,
      Runnable onProgress) {
    this.around = around;
    this.missed = missed;
    this.name = name;
    this.content = content;
    this.preference = preference;
    this.owners = owners;
    this.quorum = quorum;
    this.onProgress = onProgress;
  }

  /**
   * Begins.
   *
   * @param sequence of the version in this node's own store
   */
  void start(long sequence) {
    for (NodeId owner : preference.subList(0, owners)) {
      if (!around.isSelf(owner)) {
        invite(owner, true);
      }
    }
    reviewTargets();
    around.stored().when(sequence, this::onStoredHere, this::onFailedHere);
  }

  private void invite(NodeId node, boolean owner) {
    Target target = new Target(owner);
    targets.put(node, target);
    if (around.liveness().isReachable(node)) {
      ask(node, target);
    } else {
      giveUpSilent(node, target);
    }
  }

  private void ask(NodeId node, Target target) {
    target.question =
        around
            .questions()
            .ask(
                around.endpoint(node),
                id -> new Message.Replicate(id, name, content),
                answer -> onAnswer(node, target, answer));
  }

  private boolean onAnswer(NodeId node, Target target, Message answer) {
    if (answer instanceof Message.Obsolete) {
      // A new dot is never obsolete: this node issues dots that it has forgotten, see DotLease.
      around.questions().forget(target.question);
      target.givenUp = true;
      refusedAsObsolete = true;
      progress();
      return true;
    }
    if (!(answer instanceof Message.Replicated replicated)) {
      return false;
    }
    if (replicated.stored()) {
      target.acknowledged = true;
    } else {
      giveUp(node, target);
      inviteStandIns();
    }
    progress();
    return true;
  }

  private void giveUp(NodeId node, Target target) {
    around.questions().forget(target.question);
    target.givenUp = true;
    if (target.owner) {
      missed.missed(node, name);
    }
  }

  /** Noted as lacking the version, until it can be reached again. */
  private void giveUpSilent(NodeId node, Target target) {
    giveUp(node, target);
    target.silent = true;
  }

  private void reviewTargets() {
    if (over) {
      return;
    }
    boolean isMet = isMet();
    targets.forEach(
        (node, target) -> {
          boolean isReachable = around.liveness().isReachable(node);
          if (isWaiting(target) && !isReachable) {
            giveUpSilent(node, target);
          } else if (target.silent && isReachable && !isMet) {
            target.silent = false;
            target.givenUp = false;
            ask(node, target);
          }
        });
    inviteStandIns();
    review = around.after(REVIEW_MILLIS, this::reviewTargets);
    finishIfNobodyIsWaitedFor();
  }

  private static boolean isWaiting(Target target) {
    return !target.acknowledged && !target.givenUp;
  }

  /** One stand-in for each owner that was given up, as far as there are reachable members. */
  private void inviteStandIns() {
    int needed = 0;
    int invited = isStandInHere() ? 1 : 0;
    for (Target target : targets.values()) {
      if (target.owner) {
        needed += target.givenUp ? 1 : 0;
      } else {
        invited += target.givenUp ? 0 : 1;
      }
    }
    for (NodeId candidate : preference.subList(owners, preference.size())) {
      if (invited >= needed) {
        return;
      }
      if (!around.isSelf(candidate)
          && !targets.containsKey(candidate)
          && around.liveness().isReachable(candidate)) {
        invite(candidate, false);
        invited++;
      }
    }
  }

  private boolean isStandInHere() {
    return !preference.subList(0, owners).contains(around.self());
  }

  private void onStoredHere() {
    storedHere = true;
    progress();
  }

  private void onFailedHere() {
    failedHere = true;
    progress();
  }

  private void progress() {
    if (!over) {
      onProgress.run();
      finishIfNobodyIsWaitedFor();
    }
  }

  private void finishIfNobodyIsWaitedFor() {
    if (!over && (storedHere || failedHere) && !isAnyoneWaitedFor()) {
      finish();
    }
  }

  private boolean isAnyoneWaitedFor() {
    boolean needsMore = !failedHere && !isMet();
    for (Map.Entry<NodeId, Target> entry : targets.entrySet()) {
      Target target = entry.getValue();
      boolean mayComeBack = target.silent && !around.liveness().isDead(entry.getKey());
      if (isWaiting(target) || (needsMore && mayComeBack)) {
        return true;
      }
    }
    return false;
  }

  /** Ends it now: who has not answered has missed the version. */
  void finish() {
    if (over) {
      return;
    }
    over = true;
    review.cancel();
    targets.forEach(
        (node, target) -> {
          if (isWaiting(target)) {
            giveUp(node, target);
          }
        });
    onProgress.run();
  }

  /** How many have it durably: owners and stand-ins, this node included. */
  int acks() {
    int acks = storedHere ? 1 : 0;
    for (Target target : targets.values()) {
      acks += target.acknowledged ? 1 : 0;
    }
    return acks;
  }

  /** Whether enough have it durably, in each group of owners; stand-ins count in each. */
  boolean isMet() {
    int standIns = 0;
    for (Map.Entry<NodeId, Target> target : targets.entrySet()) {
      boolean isOther = !quorum.owners().contains(target.getKey());
      standIns += isOther && target.getValue().acknowledged ? 1 : 0;
    }
    standIns += storedHere && !quorum.owners().contains(around.self()) ? 1 : 0;
    return quorum.isMet(this::hasIt, standIns);
  }

  private boolean hasIt(NodeId node) {
    Target target = targets.get(node);
    return around.isSelf(node) ? storedHere : target != null && target.acknowledged;
  }

  boolean isOver() {
    return over;
  }

  /** Whether a member takes the new version for one that was reaped. */
  boolean isRefusedAsObsolete() {
    return refusedAsObsolete;
  }

  boolean hasFailedHere() {
    return failedHere;
  }
}
