package io.volute.http;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.StatusCodes;
import io.volute.command.CommandGate;
import io.volute.listen.BytesInFlight;
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
 * Collects a request's body into one array of exactly its size, on the I/O thread and without
 * blocking. A body that is too large for that is passed on as it comes, see {@link BodyUpload}.
 *
 * <p>Memory follows what has arrived and not what {@code Content-Length} claims: it is at most four
 * times as much, or one small piece. All of it is charged to {@link BytesInFlight} until the
 * exchange is complete.
 */
final class BodyReader {
  private static final byte[] EMPTY = new byte[0];
  private static final int FIRST_PIECE_BYTES = 64 * 1024;
  private static final int FIRST_PIECE_OF_UNKNOWN_BYTES = 4 * 1024;
  private static final int GROWTH = 4;

  /** Of one read: the platform copies through direct memory of this size. */
  private static final int MAX_READ_BYTES = 64 * 1024;

  private final HttpSettings settings;
  private final CommandGate gate;
  private final BytesInFlight inFlight;

  /** Larger bodies are passed on. */
  private final int mostCollected;

  BodyReader(HttpSettings settings, CommandGate gate, BytesInFlight inFlight) {
    this.settings = settings;
    this.gate = gate;
    this.inFlight = inFlight;
    mostCollected = (int) Math.min(settings.maxValueBytes(), BlobTuning.DEFAULT.inlineBytes());
  }

  /**
   * Reads the body and hands it on; answers the request itself when that fails. To be called on the
   * I/O thread.
   *
   * @param name the key that it is the value of
   * @param whole takes the value over, on the I/O thread
   */
  void read(HttpServerExchange exchange, Name name, Consumer<Value> whole) {
    long declared = exchange.getRequestContentLength();
    if (declared > settings.maxValueBytes()) {
      ErrorAnswer.send(
          exchange,
          StatusCodes.REQUEST_ENTITY_TOO_LARGE,
          "the body has "
              + declared
              + " bytes, at most "
              + settings.maxValueBytes()
              + " bytes are allowed");
    } else if (declared == 0 || exchange.isRequestComplete()) {
      whole.accept(Value.EMPTY);
    } else if (declared > mostCollected) {
      passOn(exchange, name, channelOf(exchange), EMPTY, new BodyPace(settings), whole);
    } else {
      new Collector(exchange, name, (int) declared, whole).start();
    }
  }

  private static StreamSourceChannel channelOf(HttpServerExchange exchange) {
    StreamSourceChannel channel = exchange.getRequestChannel();
    exchange.putAttachment(RequestDrain.CHANNEL, channel);
    return channel;
  }

  private void passOn(
      HttpServerExchange exchange,
      Name name,
      StreamSourceChannel channel,
      byte[] first,
      BodyPace pace,
      Consumer<Value> whole) {
    new BodyUpload(exchange, gate, channel, pace, whole).start(name, first, inFlight);
  }

  private final class Collector implements ChannelListener<StreamSourceChannel> {
    private final HttpServerExchange exchange;
    private final Name name;
    private final int declared;
    private final Consumer<Value> whole;
    private final BodyPace pace = new BodyPace(settings);
    private byte[] bytes = EMPTY;
    private int length;
    private long charged;
    private boolean finished;

    Collector(HttpServerExchange exchange, Name name, int declared, Consumer<Value> whole) {
      this.exchange = exchange;
      this.name = name;
      this.declared = declared;
      this.whole = whole;
    }

    void start() {
      exchange.addExchangeCompleteListener(
          (completed, next) -> {
            inFlight.release(charged);
            charged = 0;
            next.proceed();
          });
      int first =
          declared >= 0
              ? Math.min(declared, FIRST_PIECE_BYTES)
              : Math.min(mostCollected, FIRST_PIECE_OF_UNKNOWN_BYTES);
      if (!resize(first)) {
        return;
      }
      handleEvent(channelOf(exchange));
    }

    @Override
    public void handleEvent(StreamSourceChannel channel) {
      // A listener may be called once more after it has suspended reads.
      if (finished) {
        return;
      }
      try {
        int count = 0;
        while (!finished && (count = readOnce(channel)) > 0) {
          length += count;
        }
        if (finished) {
          return;
        }
        if (count < 0) {
          finish();
        } else if (pace.isTooSlow(length)) {
          finished = true;
          ErrorAnswer.send(exchange, StatusCodes.REQUEST_TIME_OUT, pace.tooSlow());
        } else {
          StopGate.whenGraceEnds(exchange, () -> refuseAtStop(channel));
          channel.getReadSetter().set(this);
          channel.resumeReads();
        }
      } catch (IOException e) {
        // The client is gone, or has stalled for too long.
        finished = true;
        IoUtils.safeClose(exchange.getConnection());
        exchange.endExchange();
      }
    }

    private void refuseAtStop(StreamSourceChannel channel) {
      if (!finished) {
        finished = true;
        channel.suspendReads();
        ErrorAnswer.sendStopping(exchange);
      }
    }

    private int readOnce(StreamSourceChannel channel) throws IOException {
      if (length < bytes.length) {
        int room = Math.min(bytes.length - length, MAX_READ_BYTES);
        return channel.read(ByteBuffer.wrap(bytes, length, room));
      }
      // Full: is there more at all?
      ByteBuffer probe = ByteBuffer.allocate(1);
      int count = channel.read(probe);
      if (count <= 0) {
        return count;
      }
      if (length == mostCollected) {
        outgrow(channel, probe.get(0));
        return 0;
      }
      long wanted = Math.max((long) length * GROWTH, FIRST_PIECE_OF_UNKNOWN_BYTES);
      int most = declared > length ? declared : mostCollected;
      if (!resize((int) Math.min(wanted, most))) {
        return 0;
      }
      bytes[length] = probe.get(0);
      return 1;
    }

    /** There is more than is collected, and nobody has said how much. */
    private void outgrow(StreamSourceChannel channel, byte next) {
      finished = true;
      if (mostCollected == settings.maxValueBytes()) {
        ErrorAnswer.send(exchange, StatusCodes.REQUEST_ENTITY_TOO_LARGE, pace.tooLarge());
        return;
      }
      byte[] first = Arrays.copyOf(bytes, length + 1);
      first[length] = next;
      bytes = EMPTY;
      channel.suspendReads();
      passOn(exchange, name, channel, first, pace, whole);
    }

    /** Charges for a larger array and moves over to it; or answers that there is no room. */
    private boolean resize(int size) {
      // Both arrays exist while one is copied into the other.
      if (inFlight.tryAcquire(size)) {
        try {
          bytes = Arrays.copyOf(bytes, size);
          inFlight.release(charged);
          charged = size;
          return true;
        } catch (OutOfMemoryError e) {
          // A large array may not fit where many small objects do. Nothing else is harmed by it.
          inFlight.release(size);
        }
      }
      finished = true;
      bytes = EMPTY;
      ErrorAnswer.sendRetryLater(
          exchange,
          StatusCodes.SERVICE_UNAVAILABLE,
          "too many bodies are under way; try again in a moment");
      return false;
    }

    private void finish() {
      if (length < bytes.length && !resize(length)) {
        return;
      }
      finished = true;
      byte[] body = bytes;
      bytes = EMPTY;
      whole.accept(Value.of(body));
    }
  }
}
