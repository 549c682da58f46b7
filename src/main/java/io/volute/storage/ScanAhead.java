package io.volute.storage;

import io.volute.port.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Reads the segments of a log on several threads, each a segment of its own, and hands the records
 * over in the order of the log on the thread that asks. So reading and checksums go on beside the
 * building of the index. What is read ahead is bounded by {@value #QUEUED_BATCHES} batches for each
 * thread.
 */
final class ScanAhead implements AutoCloseable {
  private static final String ROLE_NAME = "volute-scan";
  private static final int QUEUED_BATCHES = 4;
  private static final int BATCH_RECORDS = 1024;
  private static final int BATCH_BYTES = 1 << 20;
  private static final long LOOK_MILLIS = 50;

  /** What to read of a segment. */
  record Part(Segment segment, long from, boolean verifyValues) {}

  /** A record that was read; the arrays are its own. */
  private record Found(RecordKind kind, byte[] name, byte[] meta, byte[] content, Location at) {}

  /** Some records; the last batch of a segment says how it ended, or why it could not be read. */
  private record Batch(List<Found> records, SegmentScanner.Outcome outcome, Exception failure) {
    boolean isLast() {
      return outcome != null || failure != null;
    }
  }

  private final ExecutorService threads;
  private final Map<Integer, BlockingQueue<Batch>> queues = new HashMap<>();
  private volatile boolean stopping;

  /**
   * Begins to read.
   *
   * @param parts in the order in which they will be asked for
   */
  ScanAhead(List<Part> parts, int threadCount) {
    threads =
        Executors.newFixedThreadPool(
            threadCount,
            task -> {
              Thread thread = new Thread(task, ROLE_NAME);
              thread.setDaemon(true);
              return thread;
            });
    for (Part part : parts) {
      BlockingQueue<Batch> queue = new ArrayBlockingQueue<>(QUEUED_BATCHES);
      queues.put(part.segment().number(), queue);
      threads.execute(() -> read(part, queue));
    }
  }

  private void read(Part part, BlockingQueue<Batch> queue) {
    Gathering gathering = new Gathering(queue);
    Batch last;
    try {
      SegmentScanner.Outcome outcome =
          new SegmentScanner().scan(part.segment(), part.from(), part.verifyValues(), gathering);
      last = new Batch(gathering.records, outcome, null);
    } catch (IOException | StoreException | RuntimeException e) {
      last = new Batch(gathering.records, null, e);
    }
    try {
      offer(queue, last);
    } catch (IOException e) {
      // Nobody asks any more.
      return;
    }
  }

  /** Not interrupted when it is stopped: that would close the file for everybody. */
  private void offer(BlockingQueue<Batch> queue, Batch batch) throws IOException {
    try {
      while (!queue.offer(batch, LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        if (stopping) {
          throw new IOException("the start was given up");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private final class Gathering implements SegmentScanner.Sink {
    private final BlockingQueue<Batch> queue;
    private List<Found> records = new ArrayList<>();
    private long bytes;

    Gathering(BlockingQueue<Batch> queue) {
      this.queue = queue;
    }

    @Override
    public void accept(RecordKind kind, byte[] name, ByteBuffer meta, byte[] content, Location at)
        throws IOException {
      byte[] metaBytes = new byte[meta.remaining()];
      meta.get(metaBytes);
      records.add(new Found(kind, name, metaBytes, content, at));
      bytes += name.length + metaBytes.length + content.length;
      if (records.size() >= BATCH_RECORDS || bytes >= BATCH_BYTES) {
        offer(queue, new Batch(records, null, null));
        records = new ArrayList<>();
        bytes = 0;
      }
    }
  }

  /** Hands a segment's records over, on this thread; returns how its reading ended. */
  SegmentScanner.Outcome deliver(Segment segment, SegmentScanner.Sink sink)
      throws IOException, StoreException {
    BlockingQueue<Batch> queue = queues.remove(segment.number());
    while (true) {
      Batch batch;
      try {
        batch = queue.take();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while the log is read", e);
      }
      for (Found found : batch.records()) {
        ByteBuffer meta = ByteBuffer.wrap(found.meta());
        sink.accept(found.kind(), found.name(), meta, found.content(), found.at());
      }
      if (batch.isLast()) {
        return outcomeOf(batch);
      }
    }
  }

  private static SegmentScanner.Outcome outcomeOf(Batch last) throws IOException, StoreException {
    if (last.failure() instanceof StoreException failure) {
      throw new StoreException(failure.getMessage(), failure);
    }
    if (last.failure() != null) {
      throw new IOException(last.failure().getMessage(), last.failure());
    }
    return last.outcome();
  }

  @Override
  public void close() {
    stopping = true;
    threads.shutdown();
  }
}
