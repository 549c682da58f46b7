package io.volute.coordination;

import io.volute.command.AckLevel;
import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.exchange.CatchUp;
import io.volute.exchange.Surroundings;
import io.volute.identity.Endpoint;
import io.volute.identity.NodeId;
import io.volute.message.Message;
import io.volute.record.BlobId;
import io.volute.record.Value;
import io.volute.transfer.Pulls;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Takes in changes that other members forward, each once: forwards are repeated until they are
 * answered, so what came of one is remembered until its sender has it, and then that it was here,
 * for as long as a repeat may be on its way.
 */
public final class ForwardDesk {
  /** Entries outlive their operations, so there are more of them; as many are of refusals. */
  private static final int ENTRIES_PER_OPERATION = 20;

  /**
   * Changes of others that are coordinated beside a refill: its pages come first for the thread and
   * the disk, and each change would wait for them. Not none, should nobody else be left.
   */
  private static final int CHANGES_WHILE_REFILLING = 1;

  /** What a repeat of a settled forward is told; its sender no longer listens. */
  private static final Answer ALREADY_ANSWERED =
      new Answer.Refused(Answer.Reason.UNAVAILABLE, "answered before", Answer.Outcome.UNKNOWN, 0);

  private record Key(NodeId from, long requestId) {}

  private static final class Entry {
    Message.Forwarded answer;
  }

  /** When an entry is forgotten. */
  private record Expiry(Key key, Entry entry, long atMillis) {}

  private final Surroundings around;
  private final Coordinator coordinator;
  private final CatchUp catchUp;
  private final Pulls pulls;
  private final Map<Key, Entry> entries = new LinkedHashMap<>();

  /** Entries that were settled, and all entries: each in the order in which they are forgotten. */
  private final ArrayDeque<Expiry> settled = new ArrayDeque<>();

  private final ArrayDeque<Expiry> taken = new ArrayDeque<>();

  public ForwardDesk(Surroundings around, Coordinator coordinator, CatchUp catchUp, Pulls pulls) {
    this.around = around;
    this.coordinator = coordinator;
    this.catchUp = catchUp;
    this.pulls = pulls;
  }

  public void onForward(Endpoint from, Message.Forward forward) {
    forgetExpired();
    Key key = new Key(from.node(), forward.requestId());
    if (isKnown(from, key)) {
      return;
    }
    if (entries.size() >= 2 * entriesLimit()) {
      // Not even a refusal could be remembered, and a repeat might then be carried out beside the
      // next member. Silence has this one passed over.
      return;
    }
    Entry entry = new Entry();
    entries.put(key, entry);
    long mostMillis = around.tuning().operationDeadlineMillis() + allowanceMillis(forward);
    long leftMillis = Math.max(0, Math.min(forward.deadlineMillis(), mostMillis));
    taken.add(new Expiry(key, entry, around.clock().monotonicMillis() + 2 * mostMillis));
    Optional<Answer> refusal = refusal(forward.change());
    if (refusal.isPresent()) {
      entry.answer = new Message.Forwarded(key.requestId(), refusal.get());
      around.wire().send(from, entry.answer);
      return;
    }
    long deadlineMillis = around.clock().monotonicMillis() + leftMillis;
    Consumer<Answer> reply =
        answer -> {
          entry.answer = new Message.Forwarded(key.requestId(), answer);
          around.wire().send(from, entry.answer);
        };
    if (forward.change() instanceof Command.Write write
        && write.value() instanceof Value.Blob blob) {
      around.wire().send(from, new Message.ForwardTaken(key.requestId()));
      bring(from, write, blob, deadlineMillis, reply);
    } else {
      coordinator.coordinateHere(forward.change(), deadlineMillis, reply);
    }
  }

  /**
   * The node stops: what it has not taken yet is for the next member, which need not wait for this
   * one's silence. Not for a node that starts, which can't know what its former life has taken.
   */
  public void turnAway(Endpoint from, Message.Forward forward) {
    forgetExpired();
    Key key = new Key(from.node(), forward.requestId());
    if (!isKnown(from, key)) {
      Answer answer = Overload.refusal("member " + around.self() + " stops");
      around.wire().send(from, new Message.Forwarded(key.requestId(), answer));
    }
  }

  /** Whether a forward was taken before; its sender is then told what came of it. */
  private boolean isKnown(Endpoint from, Key key) {
    Entry known = entries.get(key);
    if (known == null) {
      return false;
    }
    Message.ForwardTaken taken = new Message.ForwardTaken(key.requestId());
    around.wire().send(from, known.answer == null ? taken : known.answer);
    return true;
  }

  private long allowanceMillis(Message.Forward forward) {
    return forward.change() instanceof Command.Write write
        ? around.settings().blobs().allowanceMillis(write.value().sizeBytes())
        : 0;
  }

  /**
   * Fetches the value first. It gets a name of its own here: should another member be handed the
   * same change as well, each of the two versions has a blob that it shares with none.
   */
  private void bring(
      Endpoint from,
      Command.Write write,
      Value.Blob blob,
      long deadlineMillis,
      Consumer<Answer> reply) {
    BlobId target = new BlobId(around.dice().nextLong(), around.dice().nextLong());
    pulls.pull(
        List.of(from.node()),
        write.name(),
        blob,
        target,
        arrived -> {
          if (arrived.isPresent() && around.clock().monotonicMillis() < deadlineMillis) {
            coordinator.coordinateHere(
                write.withValue(arrived.get()),
                deadlineMillis,
                answer -> {
                  // Nothing happens where the change was made: its version has claimed the blob.
                  around.store().blobs().discard(target);
                  reply.accept(answer);
                });
          } else {
            reply.accept(
                new Answer.Refused(
                    Answer.Reason.UNAVAILABLE,
                    "the value did not reach member " + around.self() + " in time",
                    Answer.Outcome.NOT_APPLIED,
                    1000));
          }
        });
  }

  /** The sender has its answer, so the answer is let go; repeats may still be on their way. */
  public void onSettled(Endpoint from, Message.ForwardSettled message) {
    Key key = new Key(from.node(), message.requestId());
    Entry entry = entries.get(key);
    if (entry != null && entry.answer != null) {
      entry.answer = new Message.Forwarded(key.requestId(), ALREADY_ANSWERED);
      long expiresMillis =
          around.clock().monotonicMillis() + around.tuning().operationDeadlineMillis();
      settled.add(new Expiry(key, entry, expiresMillis));
    }
  }

  private void forgetExpired() {
    long now = around.clock().monotonicMillis();
    while (!settled.isEmpty() && settled.peek().atMillis() <= now) {
      forget(settled.poll());
    }
    while (!taken.isEmpty() && (taken.peek().atMillis() <= now || isForgotten(taken.peek()))) {
      forget(taken.poll());
    }
  }

  private boolean isForgotten(Expiry expiry) {
    return entries.get(expiry.key()) != expiry.entry();
  }

  private void forget(Expiry expiry) {
    entries.remove(expiry.key(), expiry.entry());
  }

  private int entriesLimit() {
    return ENTRIES_PER_OPERATION * around.tuning().operationsLimit();
  }

  /** Why others had better take it now. */
  private Optional<Answer> refusal(Command.Change change) {
    if (entries.size() > entriesLimit()) {
      return Optional.of(Overload.refusal(entries.size() - 1, "forwarded changes"));
    }
    // For a quorum of this zone there may be nobody else.
    boolean isForAny = change.level().kind() != AckLevel.Kind.LOCAL_QUORUM;
    if (isForAny && catchUp.isRefilling() && coordinator.underWay() >= CHANGES_WHILE_REFILLING) {
      return Optional.of(Overload.refusal("member " + around.self() + " is being filled"));
    }
    return Optional.empty();
  }
}
