package io.volute.client;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What this client has seen of keys, up to a number of them. Any thread may use it.
 *
 * <p>Two versions a key. What was <em>read</em>, or written without a sibling beside it, may be
 * replaced by the next write. What a write's answer covers beyond that was never seen by the
 * caller: it is only good for reading no older version.
 */
final class SeenVersions {
  private record Seen(String replaceable, String newest) {}

  private final Map<String, Seen> byName;

  SeenVersions(int most) {
    byName =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<String, Seen> eldest) {
            return size() > most;
          }
        };
  }

  /** What the next write may replace; empty when nothing was seen. */
  synchronized Optional<String> replaceable(String name) {
    Seen seen = byName.get(name);
    return seen == null || seen.replaceable().isEmpty()
        ? Optional.empty()
        : Optional.of(seen.replaceable());
  }

  /** What the next read must not be older than; empty when nothing was seen. */
  synchronized Optional<String> newest(String name) {
    return Optional.ofNullable(byName.get(name)).map(Seen::newest);
  }

  /** A read has shown all that this context covers. */
  synchronized void wasRead(String name, String context) {
    if (!context.isEmpty()) {
      byName.put(name, new Seen(context, context));
    }
  }

  /** A change was applied; with siblings beside it, its context covers values nobody here read. */
  synchronized void wasChanged(String name, String context, int siblings) {
    if (context.isEmpty()) {
      return;
    }
    Seen before = byName.get(name);
    String replaceable = siblings <= 1 ? context : before == null ? "" : before.replaceable();
    byName.put(name, new Seen(replaceable, context));
  }

  synchronized void forget(String name) {
    byName.remove(name);
  }
}
