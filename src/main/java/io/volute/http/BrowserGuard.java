package io.volute.http;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.StatusCodes;
import io.volute.settings.ListenAddress;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Keeps pages of other sites, shown in a browser on this machine, from using the daemon.
 *
 * <p>A browser tells on such a page: by {@code Sec-Fetch-Site}, by {@code Origin}, or, where it
 * sends neither (a page that rebinds its own host name to 127.0.0.1), by a {@code Host} that is not
 * ours. Reads are guarded as well, since a rebinding page could see what they answer.
 */
final class BrowserGuard implements HttpHandler {
  private static final HttpString SEC_FETCH_SITE = new HttpString("Sec-Fetch-Site");

  /** The name that connections over a unix socket give to their address. */
  private static final String UNIX = "unix";

  private final Set<String> names = new HashSet<>(Set.of("localhost", "127.0.0.1", "[::1]"));
  private final HttpHandler next;

  BrowserGuard(List<ListenAddress> listen, HttpHandler next) {
    this.next = next;
    for (ListenAddress address : listen) {
      if (address instanceof ListenAddress.Tcp tcp) {
        names.add(bracketed(tcp.address().host()).toLowerCase(Locale.ROOT));
      }
    }
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) throws Exception {
    HeaderMap headers = exchange.getRequestHeaders();
    String host = headers.getFirst(Headers.HOST);
    if (host != null && !isOurs(host, exchange)) {
      refuse(exchange, "the host '" + host + "' is not a name or an address of this listener");
      return;
    }
    String site = headers.getFirst(SEC_FETCH_SITE);
    if (site != null && !site.equals("same-origin") && !site.equals("none")) {
      refuse(exchange, "requests from pages of other sites are not allowed");
      return;
    }
    String origin = headers.getFirst(Headers.ORIGIN);
    if (origin != null && !origin.equalsIgnoreCase(exchange.getRequestScheme() + "://" + host)) {
      refuse(exchange, "requests from the origin '" + origin + "' are not allowed");
      return;
    }
    next.handleRequest(exchange);
  }

  private boolean isOurs(String host, HttpServerExchange exchange) {
    String name = withoutPort(host).toLowerCase(Locale.ROOT);
    if (names.contains(name)) {
      return true;
    }
    InetSocketAddress reached = exchange.getDestinationAddress();
    if (reached == null || reached.getAddress() == null) {
      return false;
    }
    // A listener on all addresses: the one that the client has reached. Only as a number, which
    // no page can rebind.
    return bracketed(reached.getAddress().getHostAddress()).equals(name)
        // What clients of a unix socket write for want of a name. No browser reaches one, but a
        // name server could send it to a TCP address under that name.
        || (name.equals(UNIX) && reached.getHostString().equals(UNIX));
  }

  private static String withoutPort(String host) {
    int end = host.startsWith("[") ? host.indexOf(']') + 1 : host.indexOf(':');
    return end <= 0 ? host : host.substring(0, end);
  }

  private static String bracketed(String host) {
    return host.indexOf(':') >= 0 ? "[" + host + "]" : host;
  }

  private static void refuse(HttpServerExchange exchange, String reason) {
    ErrorAnswer.send(exchange, StatusCodes.FORBIDDEN, reason);
  }
}
