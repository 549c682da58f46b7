package io.volute.http;

import io.undertow.server.ExchangeCompletionListener;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.ResponseCommitListener;
import io.undertow.util.AttachmentKey;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Knows how many requests are under way. When the server stops, each kept connection gets one more
 * answer, which closes it: a client moves on to another node without having failed. What comes
 * later still is turned away.
 */
final class StopGate implements HttpHandler {
  private static final AttachmentKey<StopGate> PASSED = AttachmentKey.create(StopGate.class);

  private static final long LOOK_MILLIS = 10;

  private final HttpHandler next;
  private final AtomicInteger underWay = new AtomicInteger();
  private final Object allFinished = new Object();

  /** Requests whose body is still awaited, and how each is turned away. */
  private final Map<HttpServerExchange, Runnable> incomplete = new ConcurrentHashMap<>();

  private final ExchangeCompletionListener onComplete =
      (exchange, following) -> {
        // Last of all: the server may be gone right after it.
        incomplete.remove(exchange);
        try {
          following.proceed();
        } finally {
          leave();
        }
      };

  /** An answer to what came before the stop closes its connection as well. */
  private final ResponseCommitListener onCommit =
      exchange -> {
        if (isStopping(exchange)) {
          exchange.setPersistent(false);
        }
      };

  private volatile boolean closing;
  private volatile long lastArrivalNanos;
  private volatile boolean stopping;

  StopGate(HttpHandler next) {
    this.next = next;
  }

  /** Whether the server that a request came through is stopping: long waits should end now. */
  static boolean isStopping(HttpServerExchange exchange) {
    StopGate gate = exchange.getAttachment(PASSED);
    return gate != null && gate.closing;
  }

  /**
   * Has a request turned away when its body is not whole at the end of the grace.
   *
   * @param refuse is run on the I/O thread of the exchange; it does nothing once the body is whole
   */
  static void whenGraceEnds(HttpServerExchange exchange, Runnable refuse) {
    StopGate gate = exchange.getAttachment(PASSED);
    if (gate != null) {
      gate.incomplete.put(exchange, refuse);
    }
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) throws Exception {
    // Counted before looking: a request that sees the gate open is waited for.
    underWay.incrementAndGet();
    if (stopping) {
      leave();
      ErrorAnswer.sendStopping(exchange);
      return;
    }
    if (closing) {
      lastArrivalNanos = System.nanoTime();
    }
    exchange.putAttachment(PASSED, this);
    exchange.addExchangeCompleteListener(onComplete);
    exchange.addResponseCommitListener(onCommit);
    next.handleRequest(exchange);
  }

  /**
   * From now on each answer closes its connection. Returns once no request has come for a while.
   *
   * @param quiet that while; when it is zero, returns at once
   * @param longest for clients that go on nevertheless, as those of HTTP/2 may
   */
  void answerLast(Duration quiet, Duration longest) {
    long begunNanos = System.nanoTime();
    lastArrivalNanos = begunNanos;
    closing = true;
    try {
      long nowNanos = begunNanos;
      while (nowNanos - lastArrivalNanos < quiet.toNanos()
          && nowNanos - begunNanos < longest.toNanos()) {
        TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        nowNanos = System.nanoTime();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Refuses requests from now on.
   *
   * @return whether those under way were finished within the grace
   */
  boolean stopAndAwait(Duration grace) {
    closing = true;
    stopping = true;
    return await(grace);
  }

  /**
   * Turns away those whose body is still on its way.
   *
   * @param grace for them to read the answer
   */
  void refuseIncomplete(Duration grace) {
    if (!incomplete.isEmpty()) {
      incomplete.forEach(Submission::comeBack);
      await(grace);
    }
  }

  private boolean await(Duration grace) {
    long deadline = System.nanoTime() + grace.toNanos();
    synchronized (allFinished) {
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
