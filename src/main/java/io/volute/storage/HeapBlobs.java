package io.volute.storage;

import io.volute.port.Blobs;
import io.volute.port.StoreException;
import io.volute.record.BlobId;
import io.volute.record.Name;
import io.volute.record.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import java.util.zip.CRC32C;

/** Blobs in memory, in pieces as they came: for {@code --store ram}, and for the simulator. */
public final class HeapBlobs implements Blobs {
  private static final class Pieces {
    final List<byte[]> list = new ArrayList<>();
    final CRC32C checksum = new CRC32C();
    long sizeBytes;
    boolean finished;

    Optional<byte[]> read(long offset, int wanted) {
      if (offset >= sizeBytes) {
        return Optional.empty();
      }
      byte[] bytes = new byte[(int) Math.min(wanted, sizeBytes - offset)];
      int done = 0;
      long start = 0;
      for (byte[] piece : list) {
        long from = Math.max(0, offset + done - start);
        if (from < piece.length && done < bytes.length) {
          int count = (int) Math.min(bytes.length - done, piece.length - from);
          System.arraycopy(piece, (int) from, bytes, done, count);
          done += count;
        }
        start += piece.length;
      }
      return Optional.of(bytes);
    }
  }

  private final Completions completions;
  private final LongPredicate account;
  private final Map<BlobId, Pieces> blobs = new TreeMap<>();
  private final TreeSet<BlobId> claimed = new TreeSet<>();

  /**
   * @param account is told of memory that is taken, or given back where it is negative; returns
   *     whether it may be taken
   */
  public HeapBlobs(Completions completions, LongPredicate account) {
    this.completions = completions;
    this.account = account;
  }

  @Override
  public void begin(BlobId id, Name name) throws StoreException {
    if (blobs.putIfAbsent(id, new Pieces()) != null) {
      throw new StoreException("blob " + id + " exists already");
    }
  }

  @Override
  public void append(BlobId id, byte[] bytes, Consumer<Boolean> whenWritten) {
    Pieces pieces = blobs.get(id);
    boolean fits = pieces != null && !pieces.finished && account.test(bytes.length);
    if (fits) {
      pieces.list.add(bytes);
      pieces.checksum.update(bytes, 0, bytes.length);
      pieces.sizeBytes += bytes.length;
    } else if (pieces != null && !pieces.finished) {
      drop(id);
    }
    completions.add(() -> whenWritten.accept(fits));
  }

  @Override
  public void finish(BlobId id, Consumer<Optional<Value.Blob>> whenDurable) {
    Pieces pieces = blobs.get(id);
    Optional<Value.Blob> made = Optional.empty();
    if (pieces != null && pieces.sizeBytes > 0) {
      pieces.finished = true;
      int checksum = (int) pieces.checksum.getValue();
      made = Optional.of(new Value.Blob(id, pieces.sizeBytes, checksum));
    } else if (pieces != null) {
      drop(id);
    }
    Optional<Value.Blob> result = made;
    completions.add(() -> whenDurable.accept(result));
  }

  @Override
  public void discard(BlobId id) {
    if (!claimed.contains(id)) {
      drop(id);
    }
  }

  private void drop(BlobId id) {
    Pieces pieces = blobs.remove(id);
    claimed.remove(id);
    if (pieces != null) {
      boolean given = account.test(-pieces.sizeBytes);
      assert given : "giving memory back is never refused";
    }
  }

  @Override
  public boolean isWhole(BlobId id) {
    Pieces pieces = blobs.get(id);
    return pieces != null && pieces.finished;
  }

  @Override
  public void read(BlobId id, long offset, int sizeBytes, Consumer<Optional<byte[]>> whenRead) {
    Pieces pieces = blobs.get(id);
    Optional<byte[]> bytes =
        pieces != null && pieces.finished ? pieces.read(offset, sizeBytes) : Optional.empty();
    completions.add(() -> whenRead.accept(bytes));
  }

  /** A version with this value is put. */
  public void claim(Value value) throws StoreException {
    if (value instanceof Value.Blob blob) {
      if (!isWhole(blob.id())) {
        throw new StoreException("blob " + blob.id() + " is not here");
      }
      claimed.add(blob.id());
    }
  }

  /** The store has forgotten the version that had this value. */
  public void release(Value value) {
    if (value instanceof Value.Blob blob) {
      drop(blob.id());
    }
  }

  /** What is left when the process that had these ends: the finished ones. */
  public HeapBlobs survivors(Completions newCompletions, LongPredicate newAccount) {
    HeapBlobs left = new HeapBlobs(newCompletions, newAccount);
    blobs.forEach(
        (id, pieces) -> {
          if (pieces.finished) {
            left.blobs.put(id, pieces);
          }
        });
    return left;
  }

  /** Those that are kept for versions, for who checks that none is left behind. */
  public int count() {
    return blobs.size();
  }
}
