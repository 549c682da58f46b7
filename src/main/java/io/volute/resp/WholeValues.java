package io.volute.resp;

import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.command.CommandGate;
import io.volute.identity.NodeId;
import io.volute.listen.BytesInFlight;
import io.volute.record.Value;
import io.volute.settings.BlobTuning;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Turns large values, which the node hands out in chunks, into whole ones, as the Redis protocol
 * has no other. The bytes of those that are being put together count against the common bound.
 */
final class WholeValues implements CommandGate {
  private static final int CHUNK_BYTES = BlobTuning.DEFAULT.chunkBytes();
  private static final long RETRY_AFTER_MILLIS = 1000;

  private final CommandGate gate;
  private final BytesInFlight inFlight;
  private final int maxValueBytes;

  /**
   * @param maxValueBytes larger values are refused
   */
  WholeValues(CommandGate gate, BytesInFlight inFlight, int maxValueBytes) {
    this.gate = gate;
    this.inFlight = inFlight;
    this.maxValueBytes = maxValueBytes;
  }

  @Override
  public void submit(Command command, Consumer<Answer> reply) {
    if (command instanceof Command.Read) {
      gate.submit(command, answer -> complete(answer, reply));
    } else {
      gate.submit(command, reply);
    }
  }

  private void complete(Answer answer, Consumer<Answer> reply) {
    if (!(answer instanceof Answer.Found found)) {
      reply.accept(answer);
      return;
    }
    // Only the newest sibling is ever shown.
    Answer.Sibling newest = found.siblings().get(0);
    if (newest.value().isEmpty() || !(newest.value().get() instanceof Value.Blob blob)) {
      reply.accept(answer);
    } else if (blob.sizeBytes() > maxValueBytes) {
      reply.accept(
          Answer.Refused.notApplied(
              Answer.Reason.TOO_LARGE,
              "the value has "
                  + blob.sizeBytes()
                  + " bytes; over this protocol, allowed are up to "
                  + maxValueBytes
                  + ": read it over HTTP"));
    } else if (!inFlight.tryAcquire(blob.sizeBytes())) {
      reply.accept(
          new Answer.Refused(
              Answer.Reason.OVERLOADED,
              "too many values are under way; try again in a moment",
              Answer.Outcome.NOT_APPLIED,
              RETRY_AFTER_MILLIS));
    } else {
      new Assembly(found, blob, reply).askNext();
    }
  }

  private final class Assembly {
    private final Answer.Found found;
    private final Value.Blob blob;
    private final Consumer<Answer> reply;
    private final byte[] bytes;
    private int length;

    Assembly(Answer.Found found, Value.Blob blob, Consumer<Answer> reply) {
      this.found = found;
      this.blob = blob;
      this.reply = reply;
      this.bytes = new byte[(int) blob.sizeBytes()];
    }

    void askNext() {
      int size = Math.min(CHUNK_BYTES, bytes.length - length);
      List<NodeId> holders = found.siblings().get(0).holders();
      gate.submit(new Command.ReadChunk(blob, holders, length, size), this::onChunk);
    }

    private void onChunk(Answer answer) {
      if (!(answer instanceof Answer.Chunk chunk)) {
        end(answer);
        return;
      }
      System.arraycopy(chunk.bytes(), 0, bytes, length, chunk.bytes().length);
      length += chunk.bytes().length;
      if (length < bytes.length) {
        askNext();
      } else {
        end(whole());
      }
    }

    private Answer whole() {
      List<Answer.Sibling> siblings = new ArrayList<>(found.siblings());
      Answer.Sibling newest = siblings.get(0);
      siblings.set(0, new Answer.Sibling(newest.version(), Optional.of(Value.of(bytes))));
      return new Answer.Found(
          siblings, found.versions(), found.acks(), found.owners(), found.lagMillis());
    }

    private void end(Answer answer) {
      // From here on it counts as part of the reply.
      inFlight.release(bytes.length);
      reply.accept(answer);
    }
  }
}
