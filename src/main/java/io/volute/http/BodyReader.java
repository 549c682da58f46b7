package io.volute.http;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.StatusCodes;
import io.volute.listen.BytesInFlight;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;
import org.xnio.ChannelListener;
import org.xnio.IoUtils;
import org.xnio.channels.StreamSourceChannel;

/**
 * Collects a request's body into one array of exactly its size, on the I/O thread and without
 * blocking.
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

  private final int maxBytes;
  private final long graceNanos;
  private final int minBytesPerSecond;
  private final BytesInFlight inFlight;

  BodyReader(HttpSettings settings, BytesInFlight inFlight) {
    maxBytes = settings.maxValueBytes();
    graceNanos = settings.headTimeout().toNanos();
    minBytesPerSecond = settings.minBodyBytesPerSecond();
    this.inFlight = inFlight;
  }

  /**
   * Reads the body and hands it on; answers the request itself when that fails. To be called on the
   * I/O thread.
   *
   * @param whole takes the body over, on the I/O thread
   */
  void read(HttpServerExchange exchange, Consumer<byte[]> whole) {
    long declared = exchange.getRequestContentLength();
    if (declared > maxBytes) {
      refuseAsTooLarge(exchange, declared);
    } else if (declared == 0 || exchange.isRequestComplete()) {
      whole.accept(EMPTY);
    } else {
      new Collector(exchange, (int) declared, whole).start();
    }
  }

  private void refuseAsTooLarge(HttpServerExchange exchange, long declared) {
    String size = declared >= 0 ? declared + " bytes" : "more bytes than allowed";
    ErrorAnswer.send(
        exchange,
        StatusCodes.REQUEST_ENTITY_TOO_LARGE,
        "the body has " + size + ", at most " + maxBytes + " bytes are allowed");
  }

  private final class Collector implements ChannelListener<StreamSourceChannel> {
    private final HttpServerExchange exchange;
    private final int declared;
    private final Consumer<byte[]> whole;
    private final long startedNanos = System.nanoTime();
    private byte[] bytes = EMPTY;
    private int length;
    private long charged;
    private boolean finished;

    Collector(HttpServerExchange exchange, int declared, Consumer<byte[]> whole) {
      this.exchange = exchange;
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
              : Math.min(maxBytes, FIRST_PIECE_OF_UNKNOWN_BYTES);
      if (!resize(first)) {
        return;
      }
      StreamSourceChannel channel = exchange.getRequestChannel();
      exchange.putAttachment(RequestDrain.CHANNEL, channel);
      handleEvent(channel);
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
        } else if (isTooSlow()) {
          finished = true;
          ErrorAnswer.send(exchange, StatusCodes.REQUEST_TIME_OUT, tooSlow());
        } else {
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
      if (length == maxBytes) {
        finished = true;
        refuseAsTooLarge(exchange, -1);
        return 0;
      }
      long wanted = Math.max((long) length * GROWTH, FIRST_PIECE_OF_UNKNOWN_BYTES);
      int most = declared > length ? declared : maxBytes;
      if (!resize((int) Math.min(wanted, most))) {
        return 0;
      }
      bytes[length] = probe.get(0);
      return 1;
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
      whole.accept(body);
    }

    private boolean isTooSlow() {
      long elapsed = System.nanoTime() - startedNanos;
      return elapsed > graceNanos && length < elapsed / 1e9 * minBytesPerSecond;
    }

    private String tooSlow() {
      return "the body came slower than " + minBytesPerSecond + " bytes per second";
    }
  }
}
