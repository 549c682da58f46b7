package io.volute.transfer;

import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.exchange.Surroundings;
import io.volute.exchange.Timers;
import io.volute.identity.NodeId;
import io.volute.record.Value;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Parts of large values for clients: from this node's own copy, else from one peer after another.
 */
public final class ChunkReads {
  private static final long RETRY_AFTER_MILLIS = 1000;

  private final Surroundings around;
  private final Chunks chunks;
  private int underWay;

  public ChunkReads(Surroundings around, Chunks chunks) {
    this.around = around;
    this.chunks = chunks;
  }

  public void onReadChunk(Command.ReadChunk command, Consumer<Answer> reply) {
    if (underWay >= around.tuning().operationsLimit()) {
      reply.accept(refusal(Answer.Reason.OVERLOADED, "too many reads are under way"));
      return;
    }
    underWay++;
    One one =
        new One(
            command,
            answer -> {
              underWay--;
              reply.accept(answer);
            });
    around
        .store()
        .blobs()
        .read(command.blob().id(), command.offset(), command.sizeBytes(), one::onOwn);
  }

  private static Answer.Refused refusal(Answer.Reason reason, String explanation) {
    return new Answer.Refused(reason, explanation, Answer.Outcome.NOT_APPLIED, RETRY_AFTER_MILLIS);
  }

  private final class One {
    private final Command.ReadChunk command;
    private final Consumer<Answer> reply;
    private final ArrayDeque<NodeId> holders;
    private Timers.Timer silence;
    private long question;

    One(Command.ReadChunk command, Consumer<Answer> reply) {
      this.command = command;
      this.reply = reply;
      this.holders = new ArrayDeque<>(command.holders());
      this.holders.removeIf(holder -> around.isSelf(holder));
    }

    void onOwn(Optional<byte[]> bytes) {
      if (bytes.isPresent()) {
        reply.accept(new Answer.Chunk(bytes.get()));
      } else {
        askNext();
      }
    }

    private void askNext() {
      NodeId holder = holders.poll();
      if (holder == null) {
        reply.accept(
            refusal(Answer.Reason.UNAVAILABLE, "nobody that can be reached has the value"));
        return;
      }
      Value.Blob blob = command.blob();
      int size = (int) Math.min(command.sizeBytes(), blob.sizeBytes() - command.offset());
      silence = around.after(around.settings().blobs().silenceMillis(), this::onSilence);
      question = chunks.ask(holder, blob, command.offset(), size, this::onChunk);
    }

    private void onSilence() {
      chunks.forget(question);
      askNext();
    }

    private void onChunk(Optional<byte[]> bytes) {
      silence.cancel();
      if (bytes.isPresent()) {
        reply.accept(new Answer.Chunk(bytes.get()));
      } else {
        askNext();
      }
    }
  }
}
