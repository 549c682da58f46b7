package io.volute.transfer;

import io.volute.command.Answer;
import io.volute.command.Answer.Reason;
import io.volute.command.Command;
import io.volute.exchange.Surroundings;
import io.volute.exchange.Timers;
import io.volute.port.StoreException;
import io.volute.record.BlobId;
import io.volute.record.Value;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Large values that clients send, until they are written: bounded in number and in idle time. */
public final class Uploads {
  /** One that a client has begun; finished ones stay until they are used up. */
  private static final class Upload {
    Timers.Timer silence;
    boolean finished;
  }

  private final Surroundings around;
  private final Map<BlobId, Upload> uploads = new LinkedHashMap<>();

  public Uploads(Surroundings around) {
    this.around = around;
  }

  public void onUpload(Command.Upload command, Consumer<Answer> reply) {
    if (command instanceof Command.BeginUpload begin) {
      begin(begin, reply);
    } else if (command instanceof Command.AppendUpload append) {
      append(append, reply);
    } else if (command instanceof Command.FinishUpload finish) {
      finish(finish.upload(), reply);
    } else {
      abandon(((Command.AbandonUpload) command).upload());
      reply.accept(new Answer.UploadTaken());
    }
  }

  private void begin(Command.BeginUpload command, Consumer<Answer> reply) {
    int carried = around.settings().maxValueBytes();
    if (around.liveness().roster().size() > 1 && carried < around.settings().blobs().chunkBytes()) {
      // Said before the value is sent, not after.
      reply.accept(
          Answer.Refused.notApplied(
              Reason.TOO_LARGE,
              "the value has more than "
                  + around.settings().blobs().inlineBytes()
                  + " bytes; in this cluster, allowed are up to "
                  + carried
                  + ", which fit in a message to the peers"));
      return;
    }
    int limit = around.settings().blobs().uploadsLimit();
    if (uploads.size() >= limit) {
      reply.accept(
          new Answer.Refused(
              Reason.OVERLOADED,
              uploads.size() + " large values are under way already, which is the limit",
              Answer.Outcome.NOT_APPLIED,
              1000));
      return;
    }
    BlobId id = new BlobId(around.dice().nextLong(), around.dice().nextLong());
    try {
      around.store().blobs().begin(id, command.name());
    } catch (StoreException e) {
      reply.accept(Answer.Refused.notApplied(Reason.STORE_FAILED, e.getMessage()));
      return;
    }
    Upload upload = new Upload();
    uploads.put(id, upload);
    listenForSilence(id, upload);
    reply.accept(new Answer.UploadBegun(id));
  }

  private void listenForSilence(BlobId id, Upload upload) {
    if (upload.silence != null) {
      upload.silence.cancel();
    }
    // A client may stall for long; its door is stricter about it than this.
    long patience = 6 * around.settings().blobs().silenceMillis();
    upload.silence = around.after(patience, () -> abandon(id));
  }

  private void append(Command.AppendUpload command, Consumer<Answer> reply) {
    Upload upload = uploads.get(command.upload());
    if (upload == null || upload.finished) {
      reply.accept(unknown());
      return;
    }
    listenForSilence(command.upload(), upload);
    around
        .store()
        .blobs()
        .append(
            command.upload(),
            command.bytes(),
            written -> {
              if (written) {
                reply.accept(new Answer.UploadTaken());
              } else {
                abandon(command.upload());
                reply.accept(failed());
              }
            });
  }

  private void finish(BlobId id, Consumer<Answer> reply) {
    Upload upload = uploads.get(id);
    if (upload == null || upload.finished) {
      reply.accept(unknown());
      return;
    }
    upload.finished = true;
    around
        .store()
        .blobs()
        .finish(
            id,
            made -> {
              if (made.isPresent() && uploads.containsKey(id)) {
                listenForSilence(id, upload);
                reply.accept(new Answer.Uploaded(made.get()));
              } else {
                abandon(id);
                reply.accept(failed());
              }
            });
  }

  /** A finished upload is given to a change, which is responsible for it from now on. */
  public Optional<Answer.Refused> use(Value.Blob value) {
    Upload upload = uploads.remove(value.id());
    if (upload == null || !upload.finished) {
      return Optional.of(unknown());
    }
    upload.silence.cancel();
    return Optional.empty();
  }

  private void abandon(BlobId id) {
    Upload upload = uploads.remove(id);
    if (upload != null) {
      upload.silence.cancel();
      around.store().blobs().discard(id);
    }
  }

  private static Answer.Refused unknown() {
    return Answer.Refused.notApplied(
        Reason.UNAVAILABLE, "the upload is not known (any more): it took too long, or failed");
  }

  private static Answer.Refused failed() {
    return Answer.Refused.notApplied(
        Reason.STORE_FAILED,
        "the store can't take the value: the disk or --max-memory is full, or the disk has failed");
  }

  public int underWay() {
    return uploads.size();
  }
}
