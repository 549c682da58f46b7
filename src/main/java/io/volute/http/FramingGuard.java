package io.volute.http;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.Protocols;
import io.undertow.util.StatusCodes;

/**
 * Refuses requests of which it is not certain where they end.
 *
 * <p>Where two programs see the end of a request in different places, the second takes a part of it
 * for a request of its own ("request smuggling", RFC 9112 §11.2). The platform refuses what is
 * contradictory, but passes over codings that it does not know.
 */
final class FramingGuard implements HttpHandler {
  private static final String CHUNKED = "chunked";
  private static final String CONTINUE = "100-continue";

  private final HttpHandler next;

  FramingGuard(HttpHandler next) {
    this.next = next;
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) throws Exception {
    StrictConduit.begin(exchange);
    HeaderMap headers = exchange.getRequestHeaders();
    HeaderValues codings = headers.get(Headers.TRANSFER_ENCODING);
    if (codings != null) {
      boolean plain = codings.size() == 1 && codings.getFirst().equalsIgnoreCase(CHUNKED);
      if (!plain || exchange.getProtocol().equals(Protocols.HTTP_1_0)) {
        refuse(
            exchange,
            StatusCodes.NOT_IMPLEMENTED,
            "the Transfer-Encoding '"
                + String.join(", ", codings)
                + "' is not taken, allowed is 'chunked', in HTTP/1.1");
        return;
      }
    }
    HeaderValues expected = headers.get(Headers.EXPECT);
    if (expected != null && !expected.stream().allMatch(CONTINUE::equalsIgnoreCase)) {
      refuse(
          exchange,
          StatusCodes.EXPECTATION_FAILED,
          "Expect: '" + String.join(", ", expected) + "', allowed is '" + CONTINUE + "'");
      return;
    }
    next.handleRequest(exchange);
  }

  /** What follows on the connection may be anything: nobody reads on. */
  private static void refuse(HttpServerExchange exchange, int status, String reason) {
    exchange.setPersistent(false);
    ErrorAnswer.send(exchange, status, reason);
  }
}
