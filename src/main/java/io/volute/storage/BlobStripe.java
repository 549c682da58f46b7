package io.volute.storage;

import io.volute.port.Clock;
import io.volute.record.BlobId;
import io.volute.record.Name;
import io.volute.record.Value;
import java.io.IOException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The files of some of the blobs: all that one thread does for them, one after the other. A file
 * that fails is closed and forgotten; the failure is told as an empty result.
 *
 * <p>Files that were read stay open for a while. A blob that is deleted meanwhile can be read on
 * through them, so that nobody's download breaks because the key is written anew.
 */
final class BlobStripe {
  private static final System.Logger LOG = System.getLogger(BlobStripe.class.getName());
  private static final int MAX_OPEN_READERS = 32;
  private static final long READER_REST_MILLIS = 30_000;

  private final Disk disk;
  private final Clock clock;
  private final boolean synced;
  private final Map<BlobId, BlobWriter> writers = new HashMap<>();

  /** Least recently used first. */
  private final LinkedHashMap<BlobId, BlobReader> readers = new LinkedHashMap<>(16, 0.75f, true);

  BlobStripe(Disk disk, Clock clock, boolean synced) {
    this.disk = disk;
    this.clock = clock;
    this.synced = synced;
  }

  void begin(BlobId id, Name name) {
    try {
      writers.put(id, new BlobWriter(disk, id, name, synced));
    } catch (IOException e) {
      report("beginning", id, e);
    }
  }

  boolean append(BlobId id, byte[] bytes) {
    BlobWriter writer = writers.get(id);
    if (writer == null) {
      return false;
    }
    try {
      writer.append(bytes);
      return true;
    } catch (IOException e) {
      report("writing", id, e);
      discard(id);
      return false;
    }
  }

  Optional<Value.Blob> finish(BlobId id) {
    BlobWriter writer = writers.get(id);
    if (writer == null) {
      return Optional.empty();
    }
    try {
      Optional<Value.Blob> made = writer.finish();
      writers.remove(id);
      // One of the same name may have been replaced, since it was damaged.
      BlobReader old = readers.remove(id);
      if (old != null) {
        close(old);
      }
      return made;
    } catch (IOException e) {
      report("finishing", id, e);
      discard(id);
      return Optional.empty();
    }
  }

  /** Deletes the file of an unfinished or finished blob, if there is one. */
  void discard(BlobId id) {
    try {
      BlobWriter writer = writers.remove(id);
      if (writer != null) {
        writer.discard();
      }
      disk.delete(BlobFormat.fileName(id));
    } catch (IOException e) {
      // Left over; it is found as an orphan at the next start.
      report("deleting", id, e);
    }
    closeIdleReaders();
  }

  /** Lets go of what is open of a blob that work has broken off of; an unfinished one goes. */
  void forget(BlobId id) {
    BlobReader reader = readers.remove(id);
    if (reader != null) {
      close(reader);
    }
    BlobWriter writer = writers.remove(id);
    if (writer != null) {
      try {
        writer.discard();
      } catch (IOException e) {
        report("deleting", id, e);
      }
    }
  }

  Optional<byte[]> read(BlobId id, long offset, int sizeBytes) {
    try {
      closeIdleReaders();
      Optional<BlobReader> reader = reader(id);
      if (reader.isEmpty()) {
        return Optional.empty();
      }
      Optional<byte[]> bytes = reader.get().read(offset, sizeBytes);
      if (bytes.isEmpty()) {
        LOG.log(System.Logger.Level.ERROR, "blob {0} is damaged at byte {1}", id, offset);
      }
      return bytes;
    } catch (IOException e) {
      report("reading", id, e);
      return Optional.empty();
    }
  }

  private Optional<BlobReader> reader(BlobId id) throws IOException {
    BlobReader open = readers.get(id);
    if (open == null && disk.exists(BlobFormat.fileName(id))) {
      Optional<BlobReader> opened = BlobReader.open(disk, id);
      opened.ifPresent(reader -> readers.put(id, reader));
      open = opened.orElse(null);
    }
    if (open != null) {
      open.use(clock.monotonicMillis());
    }
    return Optional.ofNullable(open);
  }

  private void closeIdleReaders() {
    long now = clock.monotonicMillis();
    Iterator<BlobReader> oldestFirst = readers.values().iterator();
    while (oldestFirst.hasNext()) {
      BlobReader reader = oldestFirst.next();
      if (readers.size() <= MAX_OPEN_READERS && reader.usedAtMillis() + READER_REST_MILLIS > now) {
        return;
      }
      oldestFirst.remove();
      close(reader);
    }
  }

  private static void close(BlobReader reader) {
    try {
      reader.close();
    } catch (IOException e) {
      report("closing", reader.footer().value().id(), e);
    }
  }

  /** What a blob's footer says; empty when the file is not there or its footer damaged. */
  Optional<BlobFormat.Footer> footer(BlobId id) {
    try {
      return reader(id).map(BlobReader::footer);
    } catch (IOException e) {
      report("reading", id, e);
      return Optional.empty();
    }
  }

  void close() {
    readers.values().forEach(BlobStripe::close);
    readers.clear();
    Iterator<BlobWriter> unfinished = writers.values().iterator();
    while (unfinished.hasNext()) {
      try {
        unfinished.next().discard();
      } catch (IOException e) {
        LOG.log(System.Logger.Level.WARNING, "an unfinished blob is left over", e);
      }
      unfinished.remove();
    }
  }

  private static void report(String doing, BlobId id, IOException cause) {
    LOG.log(System.Logger.Level.ERROR, "{0} blob {1} failed: {2}", doing, id, cause.toString());
  }
}
