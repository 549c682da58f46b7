package io.volute.storage;

import io.volute.record.BlobId;
import io.volute.record.Name;
import io.volute.record.Value;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.zip.CRC32C;

/** Writes one blob's file, from its first byte to its footer. For one thread. */
final class BlobWriter {
  /**
   * Content after which it is synced in between. The operating system would else let a gigabyte
   * pile up, and make every other sync of the disk wait for it.
   */
  private static final long SYNC_EVERY_BYTES = 8L << 20;

  private final Disk disk;
  private final BlobId id;
  private final Name name;
  private final boolean synced;
  private final Disk.DiskFile file;
  private final ByteBuffer frame =
      ByteBuffer.allocateDirect(BlobFormat.FRAME_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private final CRC32C checksum = new CRC32C();
  private long sizeBytes;
  private long frames;
  private long fileBytes;
  private long unsyncedBytes;

  /**
   * Makes its file.
   *
   * @param synced whether what is finished must survive a loss of power
   */
  BlobWriter(Disk disk, BlobId id, Name name, boolean synced) throws IOException {
    this.disk = disk;
    this.id = id;
    this.name = name;
    this.synced = synced;
    this.file = disk.create(BlobFormat.unfinishedName(id));
    frame.limit(BlobFormat.FRAME_CONTENT_BYTES);
  }

  void append(byte[] bytes) throws IOException {
    checksum.update(bytes, 0, bytes.length);
    sizeBytes += bytes.length;
    for (int done = 0; done < bytes.length; ) {
      int count = Math.min(frame.remaining(), bytes.length - done);
      frame.put(bytes, done, count);
      done += count;
      if (!frame.hasRemaining()) {
        writeFrame();
      }
    }
    if (synced && unsyncedBytes >= SYNC_EVERY_BYTES) {
      file.force();
      unsyncedBytes = 0;
    }
  }

  private void writeFrame() throws IOException {
    frame.flip();
    int sum = BlobFormat.frameChecksum(id, frames, frame);
    frame.limit(frame.limit() + BlobFormat.CHECKSUM_BYTES);
    frame.putInt(frame.limit() - BlobFormat.CHECKSUM_BYTES, sum);
    int count = frame.remaining();
    file.write(frame, fileBytes);
    fileBytes += count;
    unsyncedBytes += count;
    frames++;
    frame.clear().limit(BlobFormat.FRAME_CONTENT_BYTES);
  }

  /** Completes the file and gives it its name; empty (and no file) when it has no content. */
  Optional<Value.Blob> finish() throws IOException {
    if (sizeBytes == 0) {
      discard();
      return Optional.empty();
    }
    if (frame.position() > 0) {
      writeFrame();
    }
    Value.Blob value = new Value.Blob(id, sizeBytes, (int) checksum.getValue());
    file.write(BlobFormat.footer(name, value), fileBytes);
    if (synced) {
      file.force();
    }
    file.close();
    disk.rename(BlobFormat.unfinishedName(id), BlobFormat.fileName(id));
    if (synced) {
      disk.syncDirectory(BlobFormat.DIRECTORY);
    }
    return Optional.of(value);
  }

  void discard() throws IOException {
    file.close();
    disk.delete(BlobFormat.unfinishedName(id));
  }
}
