package io.volute.transfer;

import io.volute.exchange.Surroundings;
import io.volute.identity.Endpoint;
import io.volute.identity.NodeId;
import io.volute.message.Message;
import io.volute.record.Value;
import java.util.Optional;
import java.util.function.Consumer;

/** Single chunks: those that peers ask for, and those that are asked of peers. */
public final class Chunks {
  /** Reads for peers that are under way; beyond, a request is dropped, and comes again. */
  private static final int READS_LIMIT = 512;

  private final Surroundings around;
  private int reads;

  public Chunks(Surroundings around) {
    this.around = around;
  }

  /** A peer asks for a chunk. */
  public void onFetchChunk(Endpoint from, Message.FetchChunk message) {
    if (reads >= READS_LIMIT) {
      return;
    }
    reads++;
    around
        .store()
        .blobs()
        .read(
            message.blob(),
            message.offset(),
            message.sizeBytes(),
            bytes -> {
              reads--;
              around
                  .wire()
                  .send(from, new Message.FetchedChunk(message.requestId(), bytes.map(Value::of)));
            });
  }

  /**
   * Asks a peer for a chunk.
   *
   * @param whenAnswered gets the bytes, or nothing when it does not have them
   * @return for {@link #forget}, which is up to the caller
   */
  long ask(
      NodeId holder,
      Value.Blob blob,
      long offset,
      int sizeBytes,
      Consumer<Optional<byte[]>> whenAnswered) {
    return around
        .questions()
        .ask(
            around.endpoint(holder),
            id -> new Message.FetchChunk(id, blob.id(), offset, sizeBytes),
            answer -> {
              if (!(answer instanceof Message.FetchedChunk chunk)) {
                return false;
              }
              whenAnswered.accept(
                  chunk.bytes().map(Value::bytes).filter(bytes -> bytes.length == sizeBytes));
              return true;
            },
            around.settings().blobs().chunkPatienceMillis());
  }

  void forget(long question) {
    around.questions().forget(question);
  }

  /** The size of the chunk at an offset. */
  int sizeAt(Value.Blob blob, long offset) {
    return (int) Math.min(around.settings().blobs().chunkBytes(), blob.sizeBytes() - offset);
  }
}
