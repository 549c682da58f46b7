package io.volute.membership;

import io.volute.identity.HostPort;
import io.volute.identity.NodeId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Notices that somebody calls under the name of a member that answers all the while elsewhere. A
 * call alone proves nothing: a member that has moved calls from its new address before the others
 * miss it at the old one, and one that is behind a translator of addresses always does. But the
 * first is missed soon, and neither goes on calling members that it reaches. For one thread.
 */
final class NameWatch {
  /** The oldest gives way: what is lost is that a line comes later, or again. */
  private static final int MAX_CALLERS = 64;

  private record Caller(NodeId name, HostPort seenAt) {}

  private static final class Calls {
    final long firstMillis;
    boolean said;

    Calls(long firstMillis) {
      this.firstMillis = firstMillis;
    }
  }

  private final long longMillis;
  private final Map<Caller, Calls> callers = new LinkedHashMap<>();

  /**
   * @param longMillis for how long a member must answer elsewhere while somebody calls under its
   *     name
   */
  NameWatch(long longMillis) {
    this.longMillis = longMillis;
  }

  /** A member does not answer: it may be the one that calls. */
  void onUnreachable(NodeId member) {
    callers.keySet().removeIf(caller -> caller.name().equals(member));
  }

  /**
   * Somebody calls under the name of a member that answers.
   *
   * @param known where the member is
   * @return what whoever looks after the node should know; once for each caller
   */
  Optional<String> onCall(NodeId name, HostPort known, HostPort seenAt, long nowMillis) {
    if (seenAt.equals(known)) {
      return Optional.empty();
    }
    Caller caller = new Caller(name, seenAt);
    if (!callers.containsKey(caller) && callers.size() >= MAX_CALLERS) {
      callers.remove(callers.keySet().iterator().next());
    }
    Calls calls = callers.computeIfAbsent(caller, absent -> new Calls(nowMillis));
    if (calls.said || nowMillis - calls.firstMillis < longMillis) {
      return Optional.empty();
    }
    calls.said = true;
    return Optional.of(taken(name, known) + "; " + seenAt + " calls under it");
  }

  static String shared(NodeId id, HostPort elsewhere) {
    return "another node goes by this node's name, "
        + id
        + ", at "
        + elsewhere
        + ": each member needs a name of its own";
  }

  static String copied(NodeId id, HostPort address) {
    return "another node goes by this node's name, "
        + id
        + ", and gives its address, "
        + address
        + ", as if its configuration were copied, so members listen to the two in turns: each"
        + " needs a name and an --advertise of its own, end one of them";
  }

  static String taken(NodeId name, HostPort known) {
    return "the name "
        + name
        + " is that of a living member at "
        + known
        + ": allowed is one of its own";
  }
}
