package io.volute.coordination;

import io.volute.command.Answer;
import io.volute.command.Answer.CopyLine;
import io.volute.command.Command;
import io.volute.exchange.Surroundings;
import io.volute.exchange.Timers;
import io.volute.exchange.VersionSetParts;
import io.volute.identity.NodeId;
import io.volute.message.Message;
import io.volute.record.Mirrors;
import io.volute.record.Name;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Says of a key who owns it, and asks each of them what it has. For people in search of a fault.
 */
public final class Explainer {
  /** What this node knows besides: what it owes to others, and when it last compared keys. */
  public interface Ledger {
    boolean owes(NodeId member, Name name);

    /** How long ago all keys were last compared with a member; empty when that is not yet done. */
    OptionalLong sinceSyncMillis(NodeId member);

    /** How long ago a member's copies of a key's partition were known to be the same as here. */
    OptionalLong inSyncMillis(NodeId member, Name name);
  }

  /** How long is waited for members that don't answer. */
  private static final long PATIENCE_MILLIS = 1000;

  private static final int MAX_UNDER_WAY = 64;
  private static final int MAX_ASKED = 64;

  private final Surroundings around;
  private final Ledger ledger;
  private int underWay;

  public Explainer(Surroundings around, Ledger ledger) {
    this.around = around;
    this.ledger = ledger;
  }

  public void onExplain(Command.Explain command, Consumer<Answer> reply) {
    if (underWay >= MAX_UNDER_WAY) {
      reply.accept(Overload.refusal(underWay, "explanations"));
      return;
    }
    underWay++;
    new One(command.name(), reply).start();
  }

  private final class One {
    private final Name name;
    private final Consumer<Answer> reply;
    private final Map<NodeId, VersionSet> held = new LinkedHashMap<>();
    private final Map<NodeId, Long> questions = new LinkedHashMap<>();
    private VersionSet merged;
    private Timers.Timer patience;

    One(Name name, Consumer<Answer> reply) {
      this.name = name;
      this.reply = reply;
    }

    void start() {
      merged = around.store().versions(name);
      held.put(around.self(), merged);
      patience = around.after(PATIENCE_MILLIS, this::end);
      askOwners();
      endWhenAllAnswered();
    }

    private Mirrors mirrors() {
      return merged.mirrors().orElse(around.defaultMirrors());
    }

    private List<NodeId> owners() {
      return around.placement().owners(name, mirrors());
    }

    /** What the answers say of the mirror count may make others owners. */
    private void askOwners() {
      for (NodeId owner : owners()) {
        boolean known = held.containsKey(owner) || questions.containsKey(owner);
        if (!known && questions.size() < MAX_ASKED && around.liveness().isReachable(owner)) {
          ask(owner);
        }
      }
    }

    private void ask(NodeId owner) {
      VersionSetParts parts = new VersionSetParts();
      long question =
          around
              .questions()
              .ask(
                  around.endpoint(owner),
                  id -> new Message.Fetch(id, name, false),
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
      }
      held.put(owner, set);
      merged = merged.merge(set);
      questions.remove(owner);
      askOwners();
      endWhenAllAnswered();
      return true;
    }

    private void endWhenAllAnswered() {
      if (questions.isEmpty()) {
        end();
      }
    }

    private void end() {
      patience.cancel();
      questions.values().forEach(around.questions()::forget);
      underWay--;
      List<NodeId> owners = owners();
      List<CopyLine> lines = new ArrayList<>();
      owners.forEach(owner -> lines.add(line(owner, true)));
      if (!owners.contains(around.self()) && !held.get(around.self()).isEmpty()) {
        lines.add(line(around.self(), false));
      }
      reply.accept(
          new Answer.Explained(
              name, around.placement().effective(mirrors()), merged.context(), lines));
    }

    private CopyLine line(NodeId member, boolean owner) {
      boolean self = around.isSelf(member);
      Optional<List<Version>> versions =
          Optional.ofNullable(held.get(member)).map(VersionSet::asList);
      return new CopyLine(
          member,
          owner,
          around.liveness().stateOf(member),
          versions,
          !self && ledger.owes(member, name),
          self ? OptionalLong.empty() : ledger.sinceSyncMillis(member),
          self ? OptionalLong.empty() : ledger.inSyncMillis(member, name));
    }
  }
}
