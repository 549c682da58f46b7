package io.volute.http;

import io.undertow.server.HttpServerExchange;
import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.command.CommandGate;
import io.volute.identity.NodeId;
import io.volute.record.Value;
import io.volute.settings.BlobTuning;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A part of a large value, chunk after chunk. A few chunks are asked for ahead of the one that is
 * wanted, and no more. Used on the I/O thread only.
 */
final class BlobSource {
  static final int WINDOW_CHUNKS = 4;
  static final int CHUNK_BYTES = BlobTuning.DEFAULT.chunkBytes();

  private final HttpServerExchange exchange;
  private final CommandGate gate;
  private final Value.Blob blob;
  private final List<NodeId> holders;
  private final long end;
  private final Consumer<Answer.Refused> whenLost;

  /** Chunks that are here, by their offset. */
  private final TreeMap<Long, byte[]> arrived = new TreeMap<>();

  private long askedUpTo;
  private long takenUpTo;
  private Consumer<byte[]> waiting;
  private boolean lost;

  /**
   * @param whenLost runs once when a chunk can't be had; nothing comes after it
   */
  BlobSource(
      HttpServerExchange exchange,
      CommandGate gate,
      Value.Blob blob,
      List<NodeId> holders,
      ByteSpan span,
      Consumer<Answer.Refused> whenLost) {
    this.exchange = exchange;
    this.gate = gate;
    this.blob = blob;
    this.holders = holders;
    this.askedUpTo = span.first();
    this.takenUpTo = span.first();
    this.end = span.first() + span.length();
    this.whenLost = whenLost;
  }

  boolean isAtEnd() {
    return takenUpTo == end;
  }

  /**
   * Gets the next chunk; one is asked for at a time.
   *
   * @param taker runs now or later
   */
  void next(Consumer<byte[]> taker) {
    assert waiting == null && !isAtEnd() : "the chunk before was not taken, or there is no more";
    waiting = taker;
    askAhead();
    handOver();
  }

  private void askAhead() {
    while (askedUpTo < end && askedUpTo - takenUpTo < (long) WINDOW_CHUNKS * CHUNK_BYTES) {
      long offset = askedUpTo;
      // Up to the boundary of a chunk, where the store keeps its checksums.
      long boundary = (offset / CHUNK_BYTES + 1) * CHUNK_BYTES;
      int size = (int) (Math.min(end, boundary) - offset);
      askedUpTo += size;
      Command command = new Command.ReadChunk(blob, holders, offset, size);
      Submission.submitForAny(gate, exchange, command, answer -> onAnswer(offset, answer));
    }
  }

  private void onAnswer(long offset, Answer answer) {
    if (lost) {
      return;
    }
    if (answer instanceof Answer.Chunk chunk) {
      arrived.put(offset, chunk.bytes());
      handOver();
    } else {
      lost = true;
      arrived.clear();
      whenLost.accept((Answer.Refused) answer);
    }
  }

  private void handOver() {
    if (waiting != null && arrived.containsKey(takenUpTo)) {
      byte[] chunk = arrived.remove(takenUpTo);
      takenUpTo += chunk.length;
      Consumer<byte[]> taker = waiting;
      waiting = null;
      taker.accept(chunk);
    }
  }
}
