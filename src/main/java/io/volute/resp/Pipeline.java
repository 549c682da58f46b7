package io.volute.resp;

import io.volute.record.Name;
import io.volute.resp.CommandSpec.Access;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The calls of one connection that are under way or not yet sent, in the order in which they came.
 *
 * <p>Several are carried out at once, yet a client must see what it would if each had been finished
 * before the next began. The node may carry out commands in another order than it was given them,
 * so a call waits for an earlier one that has a key in common with it, unless both only read.
 *
 * <p>Sets of one key in a row would make that a wait for each: of those that wait for an earlier
 * change only the last one is carried out, and all of them get its reply. Nobody could tell that
 * from a node that carries them out one right after the other.
 */
final class Pipeline {
  /** Calls of one connection at most. Some hundred connections together stay within the node's. */
  static final int MAX_CALLS = 128;

  private static final class Use {
    private int readers;
    private int writers;
    // The last set that waits for its turn. With those that it has overtaken it is among writers.
    private Call parked;

    boolean isParkedTurn() {
      return parked != null && readers == 0 && writers == 1 + parked.overtaken().size();
    }
  }

  private final ArrayDeque<Call> calls = new ArrayDeque<>();
  private final Map<Name, Use> uses = new HashMap<>();
  private final ArrayDeque<Call> due = new ArrayDeque<>();
  private int unanswered;
  private boolean occupied;

  boolean isFull() {
    return calls.size() >= MAX_CALLS;
  }

  boolean isEmpty() {
    return calls.isEmpty();
  }

  /** Whether nothing that is under way stands in the way of this call. */
  boolean admits(Call call) {
    if (isFull() || occupied) {
      return false;
    }
    Access access = call.spec().access();
    if (access == Access.ALONE) {
      return unanswered == 0;
    }
    if (unanswered > 0) {
      for (Name name : call.names()) {
        Use use = uses.get(name);
        if (use != null && (use.writers > 0 || access == Access.WRITE)) {
          return false;
        }
      }
    }
    return true;
  }

  /** Takes in a call that is about to begin. */
  void begin(Call call) {
    assert admits(call) : call.spec().name();
    calls.add(call);
    unanswered++;
    occupied = call.spec().access() == Access.ALONE;
    boolean writes = call.spec().access() == Access.WRITE;
    for (Name name : call.names()) {
      Use use = uses.computeIfAbsent(name, added -> new Use());
      if (writes) {
        use.writers++;
      } else {
        use.readers++;
      }
    }
  }

  /**
   * Takes in a set that is not admitted yet, so that it keeps nothing behind it from beginning.
   *
   * @return whether it is one that can be taken in so
   */
  boolean park(Call call) {
    if (isFull() || occupied || !call.isPlainSet()) {
      return false;
    }
    Use use = uses.get(call.name());
    assert use != null : "it could have begun";
    calls.add(call);
    unanswered++;
    use.writers++;
    if (use.parked != null) {
      call.overtake(use.parked);
    }
    use.parked = call;
    return true;
  }

  /** Whether a call that was parked may begin now. */
  boolean hasDue() {
    return !due.isEmpty();
  }

  /** A call that was parked and may begin, taken out; null when there is none. */
  Call pollDue() {
    return due.poll();
  }

  /** A call has its reply; those that waited for it may begin. */
  void answered(Call call) {
    unanswered--;
    occupied = false;
    boolean writes = call.spec().access() == Access.WRITE;
    for (Name name : call.names()) {
      Use use = uses.get(name);
      if (writes) {
        use.writers--;
      } else {
        use.readers--;
      }
      if (use.isParkedTurn()) {
        due.add(use.parked);
        use.parked = null;
      } else if (use.readers == 0 && use.writers == 0) {
        uses.remove(name);
      }
    }
  }

  /** The next call whose reply can be sent, taken out; null when it is not answered yet. */
  Call pollAnswered() {
    Call first = calls.peek();
    return first != null && first.isAnswered() ? calls.poll() : null;
  }

  /** Answers all that is left with what can be said of it without an answer of the node. */
  void giveUp() {
    for (Call call : calls) {
      if (!call.isAnswered()) {
        call.replaceReply(Refusals.unanswered(call.spec().access() == Access.WRITE));
      }
    }
    uses.clear();
    due.clear();
    unanswered = 0;
    occupied = false;
  }

  /** Takes out all that is left. */
  List<Call> clear() {
    List<Call> left = List.copyOf(calls);
    calls.clear();
    uses.clear();
    due.clear();
    return left;
  }
}
