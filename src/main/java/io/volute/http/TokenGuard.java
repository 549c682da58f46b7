package io.volute.http;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.AttachmentKey;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;
import io.volute.listen.Grant;
import io.volute.listen.TokenFile;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/** Asks clients for a bearer token (RFC 6750), and notes what it allows. */
final class TokenGuard implements HttpHandler {
  private static final AttachmentKey<Grant> GRANT = AttachmentKey.create(Grant.class);
  private static final String SCHEME = "bearer ";
  private static final String CHALLENGE = "Bearer realm=\"volute\"";

  private final Optional<TokenFile> tokens;
  private final HttpHandler next;

  /**
   * @param tokens empty when clients are not asked
   */
  TokenGuard(Optional<TokenFile> tokens, HttpHandler next) {
    this.tokens = tokens;
    this.next = next;
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) throws Exception {
    if (tokens.isPresent() && !isStatusPage(exchange)) {
      Optional<Grant> grant = shown(exchange).flatMap(tokens.get()::find);
      if (grant.isEmpty()) {
        exchange.getResponseHeaders().put(Headers.WWW_AUTHENTICATE, CHALLENGE);
        ErrorAnswer.send(
            exchange,
            StatusCodes.UNAUTHORIZED,
            "a token is needed: allowed is 'Authorization: Bearer TOKEN' with one of the node's");
        return;
      }
      exchange.putAttachment(GRANT, grant.get());
    }
    next.handleRequest(exchange);
  }

  /** It shows nothing by itself, and is where a person can say the token. */
  private static boolean isStatusPage(HttpServerExchange exchange) {
    return Routes.isRead(exchange.getRequestMethod())
        && Routes.path(exchange).equals(StatusPage.PATH);
  }

  private static Optional<byte[]> shown(HttpServerExchange exchange) {
    String header = exchange.getRequestHeaders().getFirst(Headers.AUTHORIZATION);
    if (header == null || !header.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
      return Optional.empty();
    }
    String token = header.substring(SCHEME.length()).strip();
    return Optional.of(token.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static Grant grant(HttpServerExchange exchange) {
    Grant grant = exchange.getAttachment(GRANT);
    return grant == null ? Grant.ALL : grant;
  }

  /** Whether the client may change anything at all. */
  static void requireMethod(HttpServerExchange exchange) throws BadRequestException {
    if (grant(exchange).readOnly() && !Routes.isRead(exchange.getRequestMethod())) {
      throw forbidden("the token allows reading only");
    }
  }

  /**
   * Whether the client may touch what a request names.
   *
   * @param lists whether it asks for names by their prefix
   */
  static void requireNames(HttpServerExchange exchange, QueryParameters query, boolean lists)
      throws BadRequestException {
    Grant grant = grant(exchange);
    if (!grant.isLimited()) {
      return;
    }
    Optional<byte[]> asked = query.bytes(lists ? "prefix" : "name");
    boolean outside = asked.isPresent() ? !grant.covers(asked.get()) : lists;
    if (outside) {
      String prefix = new String(grant.prefix(), StandardCharsets.UTF_8);
      throw forbidden("the token allows only names that begin with '" + prefix + "'");
    }
  }

  /** Whether the client may touch what belongs to no name. */
  static void requireUnlimited(HttpServerExchange exchange) throws BadRequestException {
    if (grant(exchange).isLimited()) {
      throw forbidden("the token is limited to some names, the cluster takes one that is not");
    }
  }

  private static BadRequestException forbidden(String why) {
    return new BadRequestException(StatusCodes.FORBIDDEN, why);
  }
}
