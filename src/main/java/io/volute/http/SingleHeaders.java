package io.volute.http;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Protocols;
import io.undertow.util.StatusCodes;
import java.util.List;

/**
 * Refuses requests that say something twice of which there can be one (RFC 9110 §5.3).
 *
 * <p>Of two such headers one program heeds the first and another one the last. What stands before a
 * node and checks one of them must not be got round by the other.
 */
final class SingleHeaders implements HttpHandler {
  private static final List<HttpString> SINGLE =
      List.of(
          Headers.AUTHORIZATION,
          Headers.HOST,
          Headers.ORIGIN,
          new HttpString("Sec-Fetch-Site"),
          Headers.CONTENT_LENGTH,
          Headers.CONTENT_TYPE,
          Headers.CONTENT_RANGE,
          Headers.RANGE,
          Headers.IF_RANGE,
          new HttpString("Last-Event-ID"));

  private final HttpHandler next;

  SingleHeaders(HttpHandler next) {
    this.next = next;
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) throws Exception {
    for (HttpString name : SINGLE) {
      HeaderValues values = exchange.getRequestHeaders().get(name);
      if (values != null && values.size() > 1 && !isSameAuthority(exchange, values)) {
        ErrorAnswer.send(
            exchange,
            StatusCodes.BAD_REQUEST,
            "the header " + name + " is there " + values.size() + " times, allowed is one");
        return;
      }
    }
    next.handleRequest(exchange);
  }

  /** In HTTP/2 the platform has the authority as a host, beside the one that a client may send. */
  private static boolean isSameAuthority(HttpServerExchange exchange, HeaderValues values) {
    return values.getHeaderName().equals(Headers.HOST)
        && exchange.getProtocol().equals(Protocols.HTTP_2_0)
        && values.stream().allMatch(values.getFirst()::equalsIgnoreCase);
  }
}
