package io.volute.coordination;

import io.volute.command.Answer;
import io.volute.exchange.Surroundings;
import io.volute.identity.Endpoint;
import io.volute.identity.NodeId;
import io.volute.message.Message;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Takes in changes that other members forward, each once: forwards are repeated until they are
 * answered, so what came of one is remembered for as long as a repeat may come.
 */
public final class ForwardDesk {
  /** Entries outlive their operations, so there are more of them. */
  private static final int ENTRIES_PER_OPERATION = 20;

  private record Key(NodeId from, long requestId) {}

  private static final class Entry {
    Message.Forwarded answer;
  }

  private final Surroundings around;
  private final Coordinator coordinator;
  private final Map<Key, Entry> entries = new LinkedHashMap<>();

  public ForwardDesk(Surroundings around, Coordinator coordinator) {
    this.around = around;
    this.coordinator = coordinator;
  }

  public void onForward(Endpoint from, Message.Forward forward) {
    Key key = new Key(from.node(), forward.requestId());
    Entry known = entries.get(key);
    if (known != null) {
      around
          .wire()
          .send(
              from,
              known.answer == null ? new Message.ForwardTaken(key.requestId()) : known.answer);
      return;
    }
    if (entries.size() >= ENTRIES_PER_OPERATION * around.tuning().operationsLimit()) {
      // Not remembered, as nothing was done: a repeat may find room.
      around.wire().send(from, refusal(key, entries.size()));
      return;
    }
    Entry entry = new Entry();
    entries.put(key, entry);
    long mostMillis = around.tuning().operationDeadlineMillis();
    long leftMillis = Math.max(0, Math.min(forward.deadlineMillis(), mostMillis));
    around.after(2 * mostMillis, () -> entries.remove(key));
    coordinator.coordinateHere(
        forward.change(),
        around.clock().monotonicMillis() + leftMillis,
        answer -> {
          entry.answer = new Message.Forwarded(key.requestId(), answer);
          around.wire().send(from, entry.answer);
        });
  }

  private static Message.Forwarded refusal(Key key, int underWay) {
    Answer answer = Overload.refusal(underWay, "forwarded changes");
    return new Message.Forwarded(key.requestId(), answer);
  }
}
