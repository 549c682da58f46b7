package io.volute.http;

import io.undertow.server.ExchangeCompletionListener;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.AttachmentKey;
import io.undertow.util.StatusCodes;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Knows how many requests are under way, and turns new ones away once the server stops. */
final class StopGate implements HttpHandler {
  private static final AttachmentKey<StopGate> PASSED = AttachmentKey.create(StopGate.class);

  private final HttpHandler next;
  private final AtomicInteger underWay = new AtomicInteger();
  private final Object allFinished = new Object();
  private final ExchangeCompletionListener onComplete =
      (exchange, following) -> {
        // Last of all: the server may be gone right after it.
        try {
          following.proceed();
        } finally {
          leave();
        }
      };
  private volatile boolean stopping;

  StopGate(HttpHandler next) {
    this.next = next;
  }

  /** Whether the server that a request came through is stopping: long waits should end now. */
  static boolean isStopping(HttpServerExchange exchange) {
    StopGate gate = exchange.getAttachment(PASSED);
    return gate != null && gate.stopping;
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) throws Exception {
    // Counted before looking: a request that sees the gate open is waited for.
    underWay.incrementAndGet();
    if (stopping) {
      leave();
      exchange.setPersistent(false);
      ErrorAnswer.sendRetryLater(exchange, StatusCodes.SERVICE_UNAVAILABLE, "stopping");
      return;
    }
    exchange.putAttachment(PASSED, this);
    exchange.addExchangeCompleteListener(onComplete);
    next.handleRequest(exchange);
  }

  /**
   * Refuses requests from now on.
   *
   * @return whether those under way were finished within the grace
   */
  boolean stopAndAwait(Duration grace) {
    long deadline = System.nanoTime() + grace.toNanos();
    synchronized (allFinished) {
      stopping = true;
      try {
        while (underWay.get() > 0) {
          long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
          if (millis <= 0) {
            return false;
          }
          allFinished.wait(millis);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return true;
  }

  private void leave() {
    if (underWay.decrementAndGet() == 0 && stopping) {
      synchronized (allFinished) {
        allFinished.notifyAll();
      }
    }
  }
}
