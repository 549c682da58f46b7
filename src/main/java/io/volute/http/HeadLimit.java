package io.volute.http;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.StatusCodes;

/** Refuses requests with too long a head, and says which part of it was too long. */
final class HeadLimit implements HttpHandler {
  private static final int LINE_OVERHEAD_BYTES = 4; // ": " and the line's end

  private final HttpHandler next;

  HeadLimit(HttpHandler next) {
    this.next = next;
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) throws Exception {
    int limit = HttpSettings.MAX_HEAD_BYTES;
    int target = exchange.getRequestURI().length() + exchange.getQueryString().length();
    if (target > limit) {
      ErrorAnswer.send(
          exchange,
          StatusCodes.REQUEST_URI_TOO_LARGE,
          "the address has " + target + " bytes, at most " + limit + " are allowed");
      return;
    }
    int head = target + headerBytes(exchange.getRequestHeaders());
    if (head > limit) {
      ErrorAnswer.send(
          exchange,
          StatusCodes.REQUEST_HEADER_FIELDS_TOO_LARGE,
          "the request's head has " + head + " bytes, at most " + limit + " are allowed");
      return;
    }
    next.handleRequest(exchange);
  }

  private static int headerBytes(HeaderMap headers) {
    int bytes = 0;
    for (long at = headers.fastIterate(); at != -1; at = headers.fiNext(at)) {
      HeaderValues values = headers.fiCurrent(at);
      int name = values.getHeaderName().length() + LINE_OVERHEAD_BYTES;
      for (int i = 0; i < values.size(); i++) {
        bytes += name + values.get(i).length();
      }
    }
    return bytes;
  }
}
