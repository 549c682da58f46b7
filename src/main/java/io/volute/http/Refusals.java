package io.volute.http;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;
import io.volute.command.Answer.Outcome;
import io.volute.command.Answer.Reason;
import io.volute.command.Answer.Refused;

/** How the node's refusals look in HTTP. */
final class Refusals {
  private Refusals() {}

  static void send(HttpServerExchange exchange, Refused refused) {
    if (changes(exchange)) {
      String outcome = refused.outcome() == Outcome.NOT_APPLIED ? "not-applied" : "unknown";
      exchange.getResponseHeaders().put(VoluteHeaders.OUTCOME, outcome);
    }
    int status = status(refused.reason());
    if (status == StatusCodes.SERVICE_UNAVAILABLE) {
      long seconds = Math.max(1, (refused.retryAfterMillis() + 999) / 1000);
      exchange.getResponseHeaders().put(Headers.RETRY_AFTER, Long.toString(seconds));
    }
    ErrorAnswer.send(exchange, status, refused.explanation());
  }

  private static int status(Reason reason) {
    return switch (reason) {
      case BAD_REQUEST -> StatusCodes.BAD_REQUEST;
      case FORBIDDEN -> StatusCodes.FORBIDDEN;
      case TOO_LARGE -> StatusCodes.REQUEST_ENTITY_TOO_LARGE;
      case PRECONDITION -> StatusCodes.PRECONDITION_FAILED;
      case TOO_MANY_SIBLINGS, CONFLICT -> StatusCodes.CONFLICT;
      case UNAVAILABLE, OVERLOADED -> StatusCodes.SERVICE_UNAVAILABLE;
      case STORE_FAILED -> StatusCodes.INSUFFICIENT_STORAGE;
    };
  }

  private static boolean changes(HttpServerExchange exchange) {
    return !Routes.isRead(exchange.getRequestMethod());
  }
}
