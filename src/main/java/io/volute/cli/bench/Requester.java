package io.volute.cli.bench;

import io.volute.cli.bench.Exchange.RefusedException;
import io.volute.cli.bench.LoadPlan.Operation;
import io.volute.client.link.ExchangeException;
import io.volute.client.link.ExchangeException.Kind;
import java.io.Closeable;
import java.io.IOException;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/** One connection's requests, one after the other. */
final class Requester implements Closeable {
  /** A node that can't be reached must not make a busy loop. */
  private static final long PAUSE_AFTER_LOSS_NANOS = 10_000_000;

  private final LoadPlan plan;
  private final byte[] value;
  private final SplittableRandom random;
  private final Exchange exchange;

  Requester(LoadPlan plan, byte[] value, SplittableRandom random) {
    this.plan = plan;
    this.value = value;
    this.random = random;
    this.exchange = Exchange.of(plan);
  }

  /** Makes requests until the pace says that the run is over. */
  void run(Pace pace, Tally tally) {
    for (long due = pace.awaitNext(); due != Pace.OVER; due = pace.awaitNext()) {
      send(isWriteNext(), randomKey(), due, tally);
    }
  }

  private boolean isWriteNext() {
    return plan.operation() == Operation.WRITE
        || (plan.operation() == Operation.MIXED && random.nextBoolean());
  }

  private long randomKey() {
    return random.nextLong(plan.keys());
  }

  /** Writes that key; tells the tally. */
  void writeKey(long key, Tally tally) {
    send(true, key, System.nanoTime(), tally);
  }

  private void send(boolean isWrite, long key, long due, Tally tally) {
    String name = plan.keyName(key);
    try {
      long bytes;
      if (isWrite) {
        exchange.write(name, value);
        bytes = value.length;
      } else {
        bytes = exchange.read(name);
      }
      tally.succeeded(due, System.nanoTime(), bytes);
    } catch (RefusedException e) {
      tally.failed(due, e.getMessage());
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

  @Override
  public void close() throws IOException {
    exchange.close();
  }
}
