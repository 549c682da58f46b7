package io.volute.http;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.StatusCodes;
import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.command.CommandGate;
import io.volute.listen.BytesInFlight;
import io.volute.record.BlobId;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.settings.BlobTuning;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;
import org.xnio.ChannelListener;
import org.xnio.IoUtils;
import org.xnio.channels.StreamSourceChannel;

/**
 * Passes a large body on to the node in chunks, as it comes in. A few chunks are under way at once;
 * while they are, nothing more is read, so that a slow disk slows the client down and takes no
 * memory. Used on the I/O thread only.
 */
final class BodyUpload implements ChannelListener<StreamSourceChannel> {
  private static final int CHUNK_BYTES = BlobTuning.DEFAULT.chunkBytes();
  private static final int WINDOW_CHUNKS = 4;
  private static final int CHARGED_BYTES = (WINDOW_CHUNKS + 1) * CHUNK_BYTES;

  private final HttpServerExchange exchange;
  private final CommandGate gate;
  private final StreamSourceChannel channel;
  private final BodyPace pace;
  private final Consumer<Value> whole;
  private byte[] first;
  private byte[] chunk = new byte[CHUNK_BYTES];
  private int filled;
  private long sizeBytes;
  private BlobId upload;
  private int unanswered;
  private boolean complete;
  private boolean ended;

  /**
   * @param pace what the body may take, in bytes and time
   * @param whole takes the value over once all of it is on the disk
   */
  BodyUpload(
      HttpServerExchange exchange,
      CommandGate gate,
      StreamSourceChannel channel,
      BodyPace pace,
      Consumer<Value> whole) {
    this.exchange = exchange;
    this.gate = gate;
    this.channel = channel;
    this.pace = pace;
    this.whole = whole;
  }

  /**
   * Begins.
   *
   * @param first what was read of the body already, if anything
   */
  void start(Name name, byte[] first, BytesInFlight inFlight) {
    if (!inFlight.tryAcquire(CHARGED_BYTES)) {
      ended = true;
      ErrorAnswer.sendRetryLater(
          exchange,
          StatusCodes.SERVICE_UNAVAILABLE,
          "too many bodies are under way; try again in a moment");
      return;
    }
    exchange.addExchangeCompleteListener(
        (completed, next) -> {
          inFlight.release(CHARGED_BYTES);
          abandon();
          next.proceed();
        });
    StopGate.whenGraceEnds(exchange, this::refuseAtStop);
    this.first = first;
    submit(new Command.BeginUpload(name));
  }

  private void submit(Command command) {
    Submission.submitForAny(gate, exchange, command, this::onAnswer);
  }

  private void onAnswer(Answer answer) {
    if (answer instanceof Answer.UploadBegun begun && ended) {
      // The client went while its upload was being begun.
      gate.submit(new Command.AbandonUpload(begun.upload()), ignored -> {});
    } else if (ended) {
      return;
    } else if (answer instanceof Answer.Refused refused) {
      ended = true;
      channel.suspendReads();
      Refusals.send(exchange, refused);
    } else if (answer instanceof Answer.UploadBegun begun) {
      upload = begun.upload();
      if (first.length > 0) {
        sizeBytes = first.length;
        append(first);
      }
      handleEvent(channel);
    } else if (answer instanceof Answer.UploadTaken) {
      unanswered--;
      goOn();
    } else if (answer instanceof Answer.Uploaded uploaded) {
      ended = true;
      whole.accept(uploaded.value());
    }
  }

  private void goOn() {
    if (!complete) {
      handleEvent(channel);
    } else if (unanswered == 0) {
      submit(new Command.FinishUpload(upload));
    }
  }

  @Override
  public void handleEvent(StreamSourceChannel ready) {
    // A listener may be called once more after it has suspended reads.
    if (ended || complete) {
      return;
    }
    try {
      readOn();
    } catch (IOException e) {
      // The client is gone, or has stalled for too long.
      ended = true;
      IoUtils.safeClose(exchange.getConnection());
      exchange.endExchange();
    }
  }

  private void readOn() throws IOException {
    while (unanswered < WINDOW_CHUNKS) {
      int count = channel.read(ByteBuffer.wrap(chunk, filled, CHUNK_BYTES - filled));
      if (count < 0) {
        channel.suspendReads();
        complete = true;
        passOn();
        goOn();
        return;
      }
      filled += count;
      sizeBytes += count;
      if (sizeBytes > pace.maxBytes()) {
        refuse(StatusCodes.REQUEST_ENTITY_TOO_LARGE, pace.tooLarge());
        return;
      }
      if (count == 0) {
        waitForMore();
        return;
      }
      if (filled == CHUNK_BYTES) {
        passOn();
      }
    }
    channel.suspendReads();
  }

  private void waitForMore() {
    if (pace.isTooSlow(sizeBytes)) {
      refuse(StatusCodes.REQUEST_TIME_OUT, pace.tooSlow());
      return;
    }
    channel.getReadSetter().set(this);
    channel.resumeReads();
  }

  private void passOn() {
    if (filled > 0) {
      byte[] full = filled == CHUNK_BYTES ? chunk : Arrays.copyOf(chunk, filled);
      chunk = new byte[CHUNK_BYTES];
      filled = 0;
      append(full);
    }
  }

  private void append(byte[] bytes) {
    unanswered++;
    submit(new Command.AppendUpload(upload, bytes));
  }

  private void refuse(int status, String reason) {
    ended = true;
    channel.suspendReads();
    ErrorAnswer.send(exchange, status, reason);
  }

  /** What has arrived is given up; nothing of it was written under the name. */
  private void refuseAtStop() {
    if (!ended) {
      ended = true;
      channel.suspendReads();
      ErrorAnswer.sendStopping(exchange);
    }
  }

  /** However the exchange ended: what was not turned into a value is not needed. */
  private void abandon() {
    ended = true;
    if (upload != null) {
      gate.submit(new Command.AbandonUpload(upload), ignored -> {});
    }
  }
}
