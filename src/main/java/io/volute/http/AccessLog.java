package io.volute.http;

import io.undertow.server.ExchangeCompletionListener;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.AttachmentKey;
import java.net.InetSocketAddress;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A line for each request that was answered. Lines are written by a thread of their own, since a
 * slow terminal or pipe must not hold up requests; where they come too fast, some are left out and
 * counted.
 */
final class AccessLog implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("io.volute.http.access");
  private static final AttachmentKey<Long> BEGUN = AttachmentKey.create(Long.class);
  private static final int MAX_WAITING = 8192;
  private static final int MAX_TARGET_LENGTH = 1500;
  private static final long LOOK_MILLIS = 200;
  private static final long STOP_MILLIS = 1000;

  private final BlockingQueue<String> lines = new ArrayBlockingQueue<>(MAX_WAITING);
  private final AtomicLong leftOut = new AtomicLong();
  private final Thread writer = new Thread(this::writeLines, "volute-access-log");
  private volatile boolean closing;

  private AccessLog() {}

  static AccessLog start() {
    AccessLog log = new AccessLog();
    log.writer.setDaemon(true);
    log.writer.start();
    return log;
  }

  /** A handler that has its requests logged. */
  HttpHandler before(HttpHandler next) {
    return exchange -> {
      exchange.putAttachment(BEGUN, System.nanoTime());
      exchange.addExchangeCompleteListener(this::onComplete);
      next.handleRequest(exchange);
    };
  }

  private void onComplete(
      HttpServerExchange exchange, ExchangeCompletionListener.NextListener next) {
    if (!lines.offer(line(exchange))) {
      leftOut.incrementAndGet();
    }
    next.proceed();
  }

  private static String line(HttpServerExchange exchange) {
    long micros = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - exchange.getAttachment(BEGUN));
    InetSocketAddress client = exchange.getSourceAddress();
    String target = exchange.getRequestURI();
    if (!exchange.getQueryString().isEmpty()) {
      target += "?" + exchange.getQueryString();
    }
    return "client="
        + (client == null || client.getAddress() == null ? "?" : client.getHostString())
        + " method="
        + quoted(exchange.getRequestMethod().toString())
        + " target="
        + quoted(target)
        + " status="
        + exchange.getStatusCode()
        + " received="
        + Math.max(0, exchange.getRequestContentLength())
        + " sent="
        + exchange.getResponseBytesSent()
        + " micros="
        + micros;
  }

  /** A line stays one line, and a field one field, whatever clients send. */
  static String quoted(String text) {
    StringBuilder out = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length() && i < MAX_TARGET_LENGTH; i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else {
        out.append(c < 0x20 || c >= 0x7f && c < 0xa0 ? '?' : c);
      }
    }
    return out.append('"').toString();
  }

  private void writeLines() {
    try {
      while (!closing || !lines.isEmpty()) {
        String line = lines.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        if (line != null) {
          LOG.log(System.Logger.Level.INFO, "{0}", line);
        }
        long missing = leftOut.getAndSet(0);
        if (missing > 0) {
          LOG.log(System.Logger.Level.WARNING, "left-out={0}", Long.toString(missing));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Writes what waits, as far as a moment allows. */
  @Override
  public void close() {
    closing = true;
    try {
      writer.join(STOP_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
