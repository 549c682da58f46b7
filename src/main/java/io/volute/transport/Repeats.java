package io.volute.transport;

import io.volute.identity.NodeId;
import io.volute.message.Message;
import io.volute.transport.session.Sessions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Keeps large messages from being sent again while their first copy is under way or being worked
 * on. The core repeats a question after some 50 ms, because on a plain wire it may be lost; here it
 * is not, and a large value alone may take longer than that.
 *
 * <p>Repeats pass again after a while, and at once when the session has changed, since then the
 * message may be lost indeed. A {@code Forward} always passes: only its repeat is answered with
 * {@code ForwardTaken}, and it may have been given up on its way.
 */
final class Repeats {
  static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final int LARGE_BYTES = 16 << 10;
  private static final int MAX_ENTRIES = 1024;

  private record Key(NodeId to, Class<?> kind, long requestId, int part) {}

  private record Sent(long session, long atNanos) {}

  private final Map<Key, Sent> sent =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Sent> eldest) {
          return size() > MAX_ENTRIES;
        }
      };

  boolean isNeedless(NodeId to, Message message, Sessions sessions, long nowNanos) {
    if (sent.isEmpty() || !mayBeLarge(message)) {
      return false;
    }
    Sent before = sent.get(keyOf(to, message));
    return before != null
        && nowNanos - before.atNanos() < QUIET_NANOS
        && (before.session() == 0 || before.session() == sessions.currentId(to));
  }

  void onSent(NodeId to, Message message, int length, Sessions sessions, long nowNanos) {
    if (length > LARGE_BYTES && mayBeLarge(message)) {
      Key key = keyOf(to, message);
      sent.remove(key);
      sent.put(key, new Sent(sessions.currentId(to), nowNanos));
    }
  }

  private static boolean mayBeLarge(Message message) {
    return message instanceof Message.Replicate
        || message instanceof Message.Fetched
        || message instanceof Message.FetchedValue;
  }

  private static Key keyOf(NodeId to, Message message) {
    if (message instanceof Message.Replicate replicate) {
      return new Key(to, Message.Replicate.class, replicate.requestId(), 0);
    }
    if (message instanceof Message.Fetched fetched) {
      return new Key(to, Message.Fetched.class, fetched.requestId(), fetched.part());
    }
    Message.FetchedValue value = (Message.FetchedValue) message;
    return new Key(to, Message.FetchedValue.class, value.requestId(), 0);
  }
}
