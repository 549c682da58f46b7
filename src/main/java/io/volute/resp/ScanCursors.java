package io.volute.resp;

import io.volute.record.Name;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Where scans go on, by the number that clients keep for it.
 *
 * <p>A listing goes on after a name, and a cursor must be a number; so the names stay here, for all
 * connections of the server, since clients with a pool go on over another one. There is room for
 * the last {@link #CAPACITY}; a scan that nobody has gone on with is forgotten first.
 */
final class ScanCursors {
  static final int CAPACITY = 4096;

  /** Cursors stay below what a double can tell apart: some clients keep them in one. */
  private static final int FIRST_BITS = 44;

  private final LinkedHashMap<Long, Name> names =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Name> eldest) {
          return size() > CAPACITY;
        }
      };

  // Random, so that a cursor from before a restart is not taken for one of now.
  private long last = 1 + ThreadLocalRandom.current().nextLong(1L << FIRST_BITS);

  synchronized long keep(Name after) {
    names.put(++last, after);
    return last;
  }

  /** The name to go on after; a cursor can be used again, after an answer that was lost. */
  synchronized Optional<Name> find(long cursor) {
    return Optional.ofNullable(names.get(cursor));
  }
}
