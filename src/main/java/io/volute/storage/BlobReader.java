package io.volute.storage;

import io.volute.record.BlobId;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/** Reads parts of one blob's file, each frame after its checksum. For one thread. */
final class BlobReader implements Closeable {
  private final BlobId id;
  private final Disk.DiskFile file;
  private final BlobFormat.Footer footer;
  private final ByteBuffer frame =
      ByteBuffer.allocateDirect(BlobFormat.FRAME_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private long usedAtMillis;

  private BlobReader(BlobId id, Disk.DiskFile file, BlobFormat.Footer footer) {
    this.id = id;
    this.file = file;
    this.footer = footer;
  }

  /** Opens it; empty when its footer is not that of this blob. */
  static Optional<BlobReader> open(Disk disk, BlobId id) throws IOException {
    Disk.DiskFile file = disk.open(BlobFormat.fileName(id));
    Optional<BlobFormat.Footer> footer = readFooter(file);
    if (footer.isEmpty() || !footer.get().value().id().equals(id)) {
      file.close();
      return Optional.empty();
    }
    return Optional.of(new BlobReader(id, file, footer.get()));
  }

  private static Optional<BlobFormat.Footer> readFooter(Disk.DiskFile file) throws IOException {
    long size = file.size();
    int count = (int) Math.min(size, BlobFormat.MAX_FOOTER_BYTES);
    ByteBuffer end = ByteBuffer.allocate(count);
    file.read(end, size - count);
    return BlobFormat.readFooter(end.flip(), size);
  }

  BlobFormat.Footer footer() {
    return footer;
  }

  /** Bytes from there on, fewer at the end; empty when the offset is beyond, or a frame damaged. */
  Optional<byte[]> read(long offset, int wanted) throws IOException {
    long size = footer.value().sizeBytes();
    if (offset < 0 || offset >= size) {
      return Optional.empty();
    }
    byte[] bytes = new byte[(int) Math.min(wanted, size - offset)];
    for (int done = 0; done < bytes.length; ) {
      long at = offset + done;
      long number = at / BlobFormat.FRAME_CONTENT_BYTES;
      if (!readFrame(number)) {
        return Optional.empty();
      }
      frame.position((int) (at - number * BlobFormat.FRAME_CONTENT_BYTES));
      int count = Math.min(frame.remaining(), bytes.length - done);
      frame.get(bytes, done, count);
      done += count;
    }
    return Optional.of(bytes);
  }

  private boolean readFrame(long number) throws IOException {
    long left = footer.value().sizeBytes() - number * BlobFormat.FRAME_CONTENT_BYTES;
    int content = (int) Math.min(BlobFormat.FRAME_CONTENT_BYTES, left);
    frame.clear().limit(content + BlobFormat.CHECKSUM_BYTES);
    int count = file.read(frame, number * BlobFormat.FRAME_BYTES);
    if (count < content + BlobFormat.CHECKSUM_BYTES) {
      return false;
    }
    frame.flip().limit(content);
    int sum = BlobFormat.frameChecksum(id, number, frame);
    frame.limit(content + BlobFormat.CHECKSUM_BYTES);
    boolean whole = frame.getInt(content) == sum;
    frame.limit(content);
    return whole;
  }

  /** Told of bytes that were read; may take its time. */
  interface Pace {
    void took(long bytes) throws IOException;
  }

  /** Reads all of it; whether it is whole. */
  boolean verify(Pace pace) throws IOException {
    long frames = BlobFormat.framesBytes(footer.value().sizeBytes());
    for (long number = 0; number * BlobFormat.FRAME_BYTES < frames; number++) {
      if (!readFrame(number)) {
        return false;
      }
      pace.took(Math.min(BlobFormat.FRAME_BYTES, frames - number * BlobFormat.FRAME_BYTES));
    }
    return true;
  }

  void use(long nowMillis) {
    usedAtMillis = nowMillis;
  }

  long usedAtMillis() {
    return usedAtMillis;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
