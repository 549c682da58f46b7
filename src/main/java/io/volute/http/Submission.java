package io.volute.http;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.StatusCodes;
import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.command.CommandGate;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.xnio.IoUtils;

/**
 * Carries a command to the node, and its answer back to the I/O thread of the request.
 *
 * <p>Answering from the node's own thread would spare a hand-over and cost far more: while another
 * thread ends an exchange, Undertow's read listener spins on the I/O thread. Measured with 32
 * connections on two cores, that was 700 requests per second instead of 75 000.
 */
final class Submission {
  private static final System.Logger LOG = System.getLogger(Submission.class.getName());

  private Submission() {}

  /**
   * Submits a command.
   *
   * @param whenAnswered runs on the exchange's I/O thread, with any answer but a refusal; that is
   *     passed on to the client here
   */
  static void submit(
      CommandGate gate,
      HttpServerExchange exchange,
      Command command,
      Consumer<Answer> whenAnswered) {
    try {
      gate.submit(
          command, answer -> comeBack(exchange, () -> take(exchange, answer, whenAnswered)));
    } catch (RuntimeException e) {
      fail(exchange, e);
    }
  }

  /**
   * The same without passing refusals on: they are answers like others.
   *
   * @param whenAnswered runs on the exchange's I/O thread
   */
  static void submitForAny(
      CommandGate gate,
      HttpServerExchange exchange,
      Command command,
      Consumer<Answer> whenAnswered) {
    try {
      gate.submit(command, answer -> comeBack(exchange, () -> whenAnswered.accept(answer)));
    } catch (RuntimeException e) {
      fail(exchange, e);
    }
  }

  /** Runs a step of an exchange; whatever goes wrong in it ends the exchange, not the thread. */
  static void runStep(HttpServerExchange exchange, Runnable step) {
    try {
      step.run();
    } catch (RuntimeException e) {
      fail(exchange, e);
    }
  }

  private static void take(
      HttpServerExchange exchange, Answer answer, Consumer<Answer> whenAnswered) {
    if (answer instanceof Answer.Refused refused && !exchange.isResponseStarted()) {
      Refusals.send(exchange, refused);
    } else {
      whenAnswered.accept(answer);
    }
  }

  /** Runs a step on the I/O thread of the exchange. */
  static void comeBack(HttpServerExchange exchange, Runnable step) {
    if (exchange.isInIoThread()) {
      runStep(exchange, step);
      return;
    }
    try {
      exchange.getIoThread().execute(() -> runStep(exchange, step));
    } catch (RejectedExecutionException e) {
      // The server has stopped without waiting for this one.
      abort(exchange);
    }
  }

  private static void fail(HttpServerExchange exchange, RuntimeException e) {
    LOG.log(System.Logger.Level.ERROR, "answering " + exchange.getRequestURI() + " failed", e);
    if (exchange.isResponseStarted()) {
      abort(exchange);
    } else {
      ErrorAnswer.send(exchange, StatusCodes.INTERNAL_SERVER_ERROR, "internal error, see the log");
    }
  }

  /** Ends an exchange in a way that the client can't take for a complete answer. */
  static void abort(HttpServerExchange exchange) {
    IoUtils.safeClose(exchange.getConnection());
    exchange.endExchange();
  }
}
