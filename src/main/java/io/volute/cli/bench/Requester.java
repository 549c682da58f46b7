package io.volute.cli.bench;

import io.volute.cli.bench.LoadPlan.Operation;
import io.volute.cli.client.ExchangeException;
import io.volute.cli.client.ExchangeException.Kind;
import io.volute.cli.client.HttpClient;
import io.volute.cli.client.HttpRequest;
import io.volute.cli.client.HttpResponse;
import io.volute.cli.client.RequestBody;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/** One connection's requests, one after the other. */
final class Requester implements Closeable {
  /** A node that can't be reached must not make a busy loop. */
  private static final long PAUSE_AFTER_LOSS_NANOS = 10_000_000;

  private static final int DRAIN_BYTES = 16 * 1024;

  private final LoadPlan plan;
  private final byte[] value;
  private final SplittableRandom random;
  private final HttpClient client;
  private final byte[] drain = new byte[DRAIN_BYTES];

  Requester(LoadPlan plan, byte[] value, SplittableRandom random) {
    this.plan = plan;
    this.value = value;
    this.random = random;
    this.client = new HttpClient(plan.target(), plan.patience());
  }

  /** Makes requests until the pace says that the run is over. */
  void run(Pace pace, Tally tally) {
    for (long due = pace.awaitNext(); due != Pace.OVER; due = pace.awaitNext()) {
      HttpRequest request = isWriteNext() ? write(randomKey()) : read(randomKey());
      send(request, due, tally);
    }
  }

  private boolean isWriteNext() {
    return plan.operation() == Operation.WRITE
        || (plan.operation() == Operation.MIXED && random.nextBoolean());
  }

  private long randomKey() {
    return random.nextLong(plan.keys());
  }

  private HttpRequest write(long key) {
    return HttpRequest.post("/write")
        .parameter("name", plan.keyName(key))
        .parameter("mirrors", plan.mirrors())
        .parameter("w", plan.writeAcks())
        .body(RequestBody.of(value));
  }

  private HttpRequest read(long key) {
    return HttpRequest.get("/read")
        .parameter("name", plan.keyName(key))
        .parameter("r", plan.readAcks());
  }

  /** Writes that key; tells the tally. */
  void writeKey(long key, Tally tally) {
    send(write(key), System.nanoTime(), tally);
  }

  private void send(HttpRequest request, long due, Tally tally) {
    try (HttpResponse answer = client.send(request)) {
      long received = drain(answer.body());
      long now = System.nanoTime();
      if (answer.status() >= 200 && answer.status() < 300) {
        tally.succeeded(due, now, request.hasBody() ? value.length : received);
      } else {
        tally.failed(due, answer.status() == 404 ? "not found" : "HTTP " + answer.status());
      }
    } catch (ExchangeException e) {
      if (e.kind() == Kind.SILENT) {
        tally.gaveUp(due, System.nanoTime(), e.kind().label());
      } else {
        tally.failed(due, e.kind().label());
        LockSupport.parkNanos(PAUSE_AFTER_LOSS_NANOS);
      }
    } catch (IOException e) {
      tally.failed(due, Kind.LOST.label());
      LockSupport.parkNanos(PAUSE_AFTER_LOSS_NANOS);
    }
  }

  private long drain(InputStream body) throws IOException {
    long total = 0;
    for (int count = body.read(drain); count >= 0; count = body.read(drain)) {
      total += count;
    }
    return total;
  }

  @Override
  public void close() throws IOException {
    client.close();
  }
}
