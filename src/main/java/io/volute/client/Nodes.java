package io.volute.client;

import io.volute.client.VoluteException.UnavailableException;
import io.volute.client.http.HttpClient;
import io.volute.client.http.HttpRequest;
import io.volute.client.http.HttpResponse;
import io.volute.client.link.ExchangeException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Asks one node after the other until one gives an answer that stands.
 *
 * <p>Stays with the node that answered last. Those that failed lately are asked when no other is
 * left. Between two rounds over all nodes it pauses. All of it ends at the deadline.
 */
final class Nodes implements Closeable {
  /** What an answer means for the attempts. */
  enum Verdict {
    /** It is the answer to the call. */
    STANDS,
    /** Another node may do better, and nothing was changed. */
    TRY_ANOTHER
  }

  /** Makes something of an answer; its body is read before it returns. */
  interface Reading<T> {
    Verdict judge(HttpResponse answer, Attempt<T> attempt) throws IOException;
  }

  /** Where a reading leaves what it made, or why another node should be asked. */
  static final class Attempt<T> {
    private T result;
    private String reason = "";
    private boolean isInDoubt;

    void result(T made) {
      this.result = made;
    }

    void reason(String why) {
      this.reason = why;
    }

    /** It may have been carried out all the same. */
    void inDoubt(String why) {
      this.reason = why;
      this.isInDoubt = true;
    }
  }

  /** A request was sent and nobody knows whether it was carried out. */
  static final class InDoubtException extends Exception {
    private static final long serialVersionUID = 1L;

    InDoubtException(String message) {
      super(message);
    }
  }

  private static final long PAUSE_MILLIS = 50;
  private static final long LONGEST_PAUSE_MILLIS = 1000;

  private final List<Node> nodes = new ArrayList<>();
  private final AtomicInteger preferred = new AtomicInteger();
  private final long deadlineNanos;
  private final long silenceNanos;

  Nodes(ClientSettings settings) {
    settings
        .nodes()
        .forEach(
            node -> nodes.add(new Node(settings.accessTo(node), settings.connectionsPerNode())));
    deadlineNanos = settings.deadline().toNanos();
    silenceNanos = settings.silence().toNanos();
  }

  /**
   * Asks until an answer stands.
   *
   * @param request makes the request anew for each attempt
   * @param mayRepeat whether a request that got no answer may be sent again
   * @param extraNanos how much longer than usual a node may be silent, as when it is asked to wait
   * @throws UnavailableException at the deadline; nothing was changed
   * @throws InDoubtException when a request that must not be repeated got no answer, or at the
   *     deadline one that may be
   */
  <T> T ask(Supplier<HttpRequest> request, boolean mayRepeat, long extraNanos, Reading<T> reading)
      throws IOException, InDoubtException {
    long deadline = System.nanoTime() + deadlineNanos + extraNanos;
    long pause = PAUSE_MILLIS;
    boolean isInDoubt = false;
    String reason = "no node was asked";
    while (true) {
      for (int index : order()) {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          throw endOf(reason, isInDoubt);
        }
        Attempt<T> attempt = new Attempt<>();
        if (attempt(index, request, Math.min(left, silenceNanos + extraNanos), reading, attempt)) {
          return attempt.result;
        }
        reason = attempt.reason;
        isInDoubt |= attempt.isInDoubt;
        if (attempt.isInDoubt && !mayRepeat) {
          throw new InDoubtException(reason);
        }
      }
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left <= 0) {
        throw endOf(reason, isInDoubt);
      }
      pause(Math.min(pause, left));
      pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
    }
  }

  private static UnavailableException endOf(String reason, boolean isInDoubt)
      throws InDoubtException {
    String message = "no answer within the deadline: " + reason;
    if (isInDoubt) {
      throw new InDoubtException(message);
    }
    return new UnavailableException(message);
  }

  private List<Integer> order() {
    List<Integer> order = new ArrayList<>();
    List<Integer> resting = new ArrayList<>();
    int first = preferred.get();
    for (int i = 0; i < nodes.size(); i++) {
      int index = (first + i) % nodes.size();
      (nodes.get(index).isResting() ? resting : order).add(index);
    }
    order.addAll(resting);
    return order;
  }

  private <T> boolean attempt(
      int index,
      Supplier<HttpRequest> request,
      long patienceNanos,
      Reading<T> reading,
      Attempt<T> attempt)
      throws IOException {
    Node node = nodes.get(index);
    HttpClient client = take(node, patienceNanos);
    if (client == null) {
      attempt.reason("all connections to " + node + " are in use");
      return false;
    }
    boolean isUsable = false;
    try (HttpResponse answer = send(client, request.get(), patienceNanos)) {
      Verdict verdict = reading.judge(answer, attempt);
      node.answered();
      isUsable = true;
      if (verdict == Verdict.STANDS) {
        preferred.set(index);
        return true;
      }
      return false;
    } catch (ExchangeException e) {
      node.failed();
      if (e.kind() == ExchangeException.Kind.UNREACHABLE) {
        attempt.reason(e.getMessage());
      } else {
        attempt.inDoubt(e.getMessage());
      }
      return false;
    } finally {
      node.giveBack(client, isUsable);
    }
  }

  private static HttpResponse send(HttpClient client, HttpRequest request, long patienceNanos)
      throws IOException {
    return client.send(request, Duration.ofNanos(Math.max(1_000_000, patienceNanos)));
  }

  private static HttpClient take(Node node, long patienceNanos) throws InterruptedIOException {
    try {
      return node.take(patienceNanos);
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private static void pause(long millis) throws InterruptedIOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private static InterruptedIOException interrupted() {
    Thread.currentThread().interrupt();
    return new InterruptedIOException("interrupted");
  }

  @Override
  public void close() throws IOException {
    for (Node node : nodes) {
      node.close();
    }
  }
}
