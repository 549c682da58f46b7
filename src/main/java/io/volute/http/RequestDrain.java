package io.volute.http;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.AttachmentKey;
import io.undertow.util.Protocols;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.xnio.ChannelListener;
import org.xnio.IoUtils;
import org.xnio.XnioExecutor;
import org.xnio.channels.StreamSourceChannel;

/**
 * Reads on for a while after a request was answered before its body was read, so that the client
 * gets to see the answer instead of a reset connection; then closes.
 */
final class RequestDrain implements ChannelListener<StreamSourceChannel> {
  /** Where a reader of the body leaves the channel that an exchange gives out only once. */
  static final AttachmentKey<StreamSourceChannel> CHANNEL =
      AttachmentKey.create(StreamSourceChannel.class);

  private static final long MAX_BYTES = 64L << 20;
  private static final long MAX_MILLIS = 2000;
  private static final int BUFFER_BYTES = 16 * 1024;

  private final HttpServerExchange exchange;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
  private long drained;
  private XnioExecutor.Key timer;

  private RequestDrain(HttpServerExchange exchange) {
    this.exchange = exchange;
  }

  /** Ends an exchange that is answered. */
  static void start(HttpServerExchange exchange) {
    StreamSourceChannel channel = exchange.getAttachment(CHANNEL);
    if (channel == null && !exchange.isRequestComplete()) {
      channel = exchange.getRequestChannel();
    }
    if (channel == null || exchange.getProtocol().equals(Protocols.HTTP_2_0)) {
      // A stream of HTTP/2 is ended without harm to the connection.
      exchange.getConnection().terminateRequestChannel(exchange);
      exchange.endExchange();
      return;
    }
    RequestDrain drain = new RequestDrain(exchange);
    drain.timer =
        exchange.getIoThread().executeAfter(drain::cut, MAX_MILLIS, TimeUnit.MILLISECONDS);
    drain.handleEvent(channel);
  }

  @Override
  public void handleEvent(StreamSourceChannel channel) {
    try {
      int count;
      while ((count = channel.read(buffer.clear())) > 0) {
        drained += count;
        if (drained > MAX_BYTES) {
          cut();
          return;
        }
      }
      if (count == 0) {
        channel.getReadSetter().set(this);
        channel.resumeReads();
      } else {
        timer.remove();
        exchange.endExchange();
      }
    } catch (IOException e) {
      cut();
    }
  }

  private void cut() {
    timer.remove();
    IoUtils.safeClose(exchange.getConnection());
    exchange.endExchange();
  }
}
