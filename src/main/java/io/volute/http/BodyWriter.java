package io.volute.http;

import io.undertow.server.HttpServerExchange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;
import org.xnio.ChannelListener;
import org.xnio.channels.StreamSinkChannel;

/**
 * Sends an answer's body in steps, as fast as the client takes it and without blocking. Used on the
 * I/O thread only.
 */
final class BodyWriter implements ChannelListener<StreamSinkChannel> {
  /** Of one write: the platform copies through direct memory of this size, and keeps that. */
  private static final int MAX_WRITE_BYTES = 64 * 1024;

  private final HttpServerExchange exchange;
  private StreamSinkChannel channel;
  private Iterator<ByteBuffer> parts = List.<ByteBuffer>of().iterator();
  private ByteBuffer part = ByteBuffer.allocate(0);
  private Runnable whenWritten;

  BodyWriter(HttpServerExchange exchange) {
    this.exchange = exchange;
  }

  /** Writes everything and ends the exchange. */
  void writeLast(List<ByteBuffer> all) {
    write(all, null);
  }

  /**
   * Writes everything and then goes on with the next step.
   *
   * @param then null to end the exchange
   */
  void write(List<ByteBuffer> all, Runnable then) {
    parts = all.iterator();
    whenWritten = then;
    if (channel == null) {
      channel = exchange.getResponseChannel();
    }
    handleEvent(channel);
  }

  @Override
  public void handleEvent(StreamSinkChannel ready) {
    try {
      if (!writeParts()) {
        waitUntilWritable();
      } else if (whenWritten == null) {
        finish();
      } else {
        channel.suspendWrites();
        Runnable next = whenWritten;
        whenWritten = null;
        next.run();
      }
    } catch (IOException e) {
      // The client is gone, or has stopped reading for too long.
      Submission.abort(exchange);
    }
  }

  private boolean writeParts() throws IOException {
    while (true) {
      while (!part.hasRemaining()) {
        if (!parts.hasNext()) {
          return true;
        }
        part = parts.next();
      }
      int end = part.limit();
      int position = part.position();
      part.limit(position + Math.min(part.remaining(), MAX_WRITE_BYTES));
      int count = channel.write(part);
      part.limit(end);
      if (count == 0) {
        return false;
      }
    }
  }

  private void finish() throws IOException {
    channel.shutdownWrites();
    if (channel.flush()) {
      channel.suspendWrites();
      exchange.endExchange();
    } else {
      waitUntilWritable();
    }
  }

  private void waitUntilWritable() {
    channel.getWriteSetter().set(this);
    channel.resumeWrites();
  }
}
