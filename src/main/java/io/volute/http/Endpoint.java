package io.volute.http;

import io.undertow.server.HttpServerExchange;

/** What answers one kind of request. */
@FunctionalInterface
interface Endpoint {
  /**
   * Begins to answer; called on the I/O thread, free to go on from there at any time.
   *
   * @param query the request's parameters, all of which the endpoint knows
   */
  void handle(HttpServerExchange exchange, QueryParameters query) throws BadRequestException;
}
