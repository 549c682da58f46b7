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
 */
final class Pipeline {
  /** Calls of one connection at most. Some hundred connections together stay within the node's. */
  static final int MAX_CALLS = 128;

  private static final class Use {
    private int readers;
    private int writers;
  }

  private final ArrayDeque<Call> calls = new ArrayDeque<>();
  private final Map<Name, Use> uses = new HashMap<>();
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
      if (use.readers == 0 && use.writers == 0) {
        uses.remove(name);
      }
    }
  }

  /** The next call whose reply can be sent, taken out; null when it is not answered yet. */
  Call pollAnswered() {
    Call first = calls.peek();
    return first != null && first.isAnswered() ? calls.poll() : null;
  }

  /** Takes out all that is left. */
  List<Call> clear() {
    List<Call> left = List.copyOf(calls);
    calls.clear();
    uses.clear();
    return left;
  }
}
