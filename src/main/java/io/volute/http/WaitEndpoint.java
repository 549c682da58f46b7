package io.volute.http;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.StatusCodes;
import io.volute.causal.CausalContext;
import io.volute.causal.ContextToken;
import io.volute.command.AckLevel;
import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.command.CommandGate;
import io.volute.record.Name;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.xnio.XnioExecutor;

/**
 * Waits for a key to exist, or to move on from what a client has seen. It is read once this member
 * has applied a change to it, and now and then besides, from a quorum as any read is: so it does
 * not matter which members have it, or which come and go meanwhile. The pauses grow, which bounds
 * what a long wait costs.
 */
final class WaitEndpoint implements Endpoint {
  private static final int MAX_WAITING = 1024;
  private static final long DEFAULT_TIMEOUT_MILLIS = 30_000;
  private static final long MAX_TIMEOUT_MILLIS = 600_000;
  private static final long FIRST_PAUSE_MILLIS = 20;
  private static final long LONGEST_PAUSE_MILLIS = 1000;

  private final CommandGate gate;
  private final AtomicInteger waiting = new AtomicInteger();

  WaitEndpoint(CommandGate gate) {
    this.gate = gate;
  }

  @Override
  public void handle(HttpServerExchange exchange, QueryParameters query)
      throws BadRequestException {
    Name name = CommandReader.name(query);
    Optional<CausalContext> seen = CommandReader.version(query);
    long timeoutMillis =
        CommandReader.durationMillis(query, "timeout", MAX_TIMEOUT_MILLIS)
            .orElse(DEFAULT_TIMEOUT_MILLIS);
    if (waiting.incrementAndGet() > MAX_WAITING) {
      waiting.decrementAndGet();
      ErrorAnswer.sendRetryLater(
          exchange,
          StatusCodes.SERVICE_UNAVAILABLE,
          MAX_WAITING + " requests wait already, which is the limit");
      return;
    }
    exchange.addExchangeCompleteListener(
        (completed, next) -> {
          waiting.decrementAndGet();
          next.proceed();
        });
    long deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    new Wait(exchange, name, seen, deadlineNanos).start();
  }

  private final class Wait {
    private final HttpServerExchange exchange;
    private final Command.Read read;
    private final Optional<CausalContext> seen;
    private final long deadlineNanos;
    private long pauseMillis = FIRST_PAUSE_MILLIS;
    private Optional<Command.Place> place = Optional.empty();
    private boolean watching;
    private boolean ended;
    private XnioExecutor.Key nextLook;

    Wait(HttpServerExchange exchange, Name name, Optional<CausalContext> seen, long deadlineNanos) {
      this.exchange = exchange;
      this.read = new Command.Read(name, Optional.empty(), AckLevel.DEFAULT, Command.Values.NONE);
      this.seen = seen;
      this.deadlineNanos = deadlineNanos;
    }

    /** What is applied behind this place may come after the first look. */
    void start() {
      askForChanges(
          answer -> {
            if (answer instanceof Answer.Changes changes) {
              place = Optional.of(changes.upTo());
            }
            look();
          });
    }

    private void askForChanges(Consumer<Answer> then) {
      Command.NextChanges next = new Command.NextChanges(read.name().utf8(), place);
      Submission.submitForAny(gate, exchange, next, then);
    }

    private void watch() {
      if (watching || place.isEmpty()) {
        return;
      }
      watching = true;
      askForChanges(
          answer -> {
            watching = false;
            if (ended) {
              return;
            }
            if (!(answer instanceof Answer.Changes changes) || !changes.whole()) {
              // Looking now and then has to do.
              place = Optional.empty();
              return;
            }
            place = Optional.of(changes.upTo());
            boolean touched =
                changes.lines().stream().anyMatch(line -> line.name().equals(read.name()));
            if (touched) {
              pauseMillis = FIRST_PAUSE_MILLIS;
            }
            if (touched && nextLook != null && nextLook.remove()) {
              nextLook = null;
              look();
            } else {
              watch();
            }
          });
    }

    private void look() {
      Submission.submitForAny(gate, exchange, read, this::onAnswer);
    }

    private void end() {
      ended = true;
      exchange.endExchange();
    }

    private void onAnswer(Answer answer) {
      if (answer instanceof Answer.Found found && hasMovedOn(found.version())) {
        answer(found.version(), found.siblings().size(), found.acks(), found.owners());
      } else if (answer instanceof Answer.NotFound gone
          && seen.isPresent()
          && !gone.version().isEmpty()
          && hasMovedOn(gone.version())) {
        answer(gone.version(), 0, gone.acks(), gone.owners());
      } else if (answer instanceof Answer.Refused refused
          && refused.reason() != Answer.Reason.UNAVAILABLE
          && refused.reason() != Answer.Reason.OVERLOADED) {
        ended = true;
        Refusals.send(exchange, refused);
      } else {
        lookLater();
      }
    }

    private boolean hasMovedOn(CausalContext now) {
      return seen.isEmpty() || !seen.get().covers(now);
    }

    private void answer(CausalContext version, int siblings, int acks, int owners) {
      KeyEndpoints.putHeaders(
          exchange.getResponseHeaders(), ContextToken.encode(version), siblings, acks, owners);
      end();
    }

    private void lookNow() {
      nextLook = null;
      look();
    }

    private void lookLater() {
      long leftMillis = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
      if (!exchange.getConnection().isOpen()) {
        end();
      } else if (StopGate.isStopping(exchange)) {
        ended = true;
        ErrorAnswer.sendStopping(exchange);
      } else if (leftMillis <= 0) {
        exchange.setStatusCode(StatusCodes.NO_CONTENT);
        end();
      } else {
        nextLook =
            exchange
                .getIoThread()
                .executeAfter(
                    () -> Submission.runStep(exchange, this::lookNow),
                    Math.min(pauseMillis, leftMillis),
                    TimeUnit.MILLISECONDS);
        pauseMillis = Math.min(LONGEST_PAUSE_MILLIS, pauseMillis + pauseMillis / 2);
        watch();
      }
    }
  }
}
