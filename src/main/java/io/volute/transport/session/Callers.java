package io.volute.transport.session;

import io.volute.identity.NodeId;
import java.net.SocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Who has called lately, and from where. A call may be an old one that somebody repeats, with
 * another's address as where it comes from: so a caller is heard now and then only, and until it
 * has answered, not much more goes to that address than came from there.
 */
final class Callers {
  /** Whoever calls waits longer than this before it calls again. */
  static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  /** What an address gets before it is proven, for what came from it: RFC 9000, section 8.1. */
  static final int HELLOS_FOR_A_CALL = 3;

  /** By then all that a call has led to is sent or given up. */
  private static final long REMEMBERED_NANOS = 2 * Outbox.EXPIRY_NANOS;

  private static final int MAX_CALLERS = 256;

  private static final class Caller {
    private final SocketAddress from;
    private final long heardNanos;
    private int hellos = HELLOS_FOR_A_CALL;

    Caller(SocketAddress from, long heardNanos) {
      this.from = from;
      this.heardNanos = heardNanos;
    }
  }

  private final Map<NodeId, Caller> callers =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<NodeId, Caller> eldest) {
          return size() > MAX_CALLERS;
        }
      };

  /** Whether a call is to be heard. */
  boolean hear(NodeId node, SocketAddress from, long nowNanos) {
    Caller before = callers.get(node);
    if (before != null && nowNanos - before.heardNanos < PAUSE_NANOS) {
      return false;
    }
    callers.remove(node);
    callers.put(node, new Caller(from, nowNanos));
    return true;
  }

  /** Whether a hello may go to a node at an address: it counts as one that does. */
  boolean mayGreet(NodeId node, SocketAddress to, long nowNanos) {
    Caller caller = callers.get(node);
    if (caller == null
        || nowNanos - caller.heardNanos >= REMEMBERED_NANOS
        || !caller.from.equals(to)) {
      return true;
    }
    caller.hellos--;
    return caller.hellos >= 0;
  }
}
