package io.volute.http;

import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.command.CommandGate;
import io.volute.record.BlobId;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.settings.BlobTuning;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Hands a file of this machine to the node, chunk by chunk. Blocks: for a worker's thread. */
final class FileUpload {
  private static final int CHUNK_BYTES = BlobTuning.DEFAULT.chunkBytes();
  private static final long ANSWER_SECONDS = 60;

  /** The node, or the file, does not go along. */
  static final class FileUploadException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Answer.Refused refused;

    FileUploadException(Answer.Refused refused) {
      super(refused.explanation());
      this.refused = refused;
    }

    Answer.Refused refused() {
      return refused;
    }
  }

  private final CommandGate gate;
  private final long maxBytes;

  FileUpload(CommandGate gate, long maxBytes) {
    this.gate = gate;
    this.maxBytes = maxBytes;
  }

  /** The file's content as a value that can be written. */
  Value read(Name name, Path file) throws FileUploadException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] first = in.readNBytes(CHUNK_BYTES);
      if (first.length > maxBytes) {
        throw tooLarge();
      }
      return first.length < CHUNK_BYTES ? Value.of(first) : upload(name, first, in);
    } catch (IOException e) {
      throw new FileUploadException(
          Answer.Refused.notApplied(
              Answer.Reason.UNAVAILABLE, "the file can't be read: " + e.getMessage()));
    }
  }

  private Value upload(Name name, byte[] first, InputStream in)
      throws IOException, FileUploadException {
    Answer begun = ask(new Command.BeginUpload(name));
    if (!(begun instanceof Answer.UploadBegun started)) {
      throw new FileUploadException((Answer.Refused) begun);
    }
    BlobId upload = started.upload();
    boolean done = false;
    try {
      long size = 0;
      for (byte[] chunk = first; chunk.length > 0; chunk = in.readNBytes(CHUNK_BYTES)) {
        size += chunk.length;
        if (size > maxBytes) {
          throw tooLarge();
        }
        expect(Answer.UploadTaken.class, ask(new Command.AppendUpload(upload, chunk)));
      }
      Answer.Uploaded uploaded =
          expect(Answer.Uploaded.class, ask(new Command.FinishUpload(upload)));
      done = true;
      return uploaded.value();
    } finally {
      if (!done) {
        gate.submit(new Command.AbandonUpload(upload), ignored -> {});
      }
    }
  }

  private static <T extends Answer> T expect(Class<T> type, Answer answer)
      throws FileUploadException {
    if (answer instanceof Answer.Refused refused) {
      throw new FileUploadException(refused);
    }
    return type.cast(answer);
  }

  private FileUploadException tooLarge() {
    return new FileUploadException(
        Answer.Refused.notApplied(
            Answer.Reason.TOO_LARGE,
            "the file is too large, at most " + maxBytes + " bytes are allowed"));
  }

  private Answer ask(Command command) throws FileUploadException {
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    gate.submit(command, answer::complete);
    try {
      return answer.get(ANSWER_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw noAnswer();
    } catch (ExecutionException | TimeoutException e) {
      throw noAnswer();
    }
  }

  private static FileUploadException noAnswer() {
    return new FileUploadException(
        Answer.Refused.notApplied(Answer.Reason.UNAVAILABLE, "the node gave no answer in time"));
  }
}
