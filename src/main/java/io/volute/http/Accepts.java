package io.volute.http;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import java.util.Locale;

/** What a client would like an answer to look like. */
final class Accepts {
  private Accepts() {}

  /**
   * Whether JSON is asked for by name and not less than plain text. Wildcards alone leave the
   * choice to us, and ours is text.
   */
  static boolean json(HttpServerExchange exchange) {
    HeaderValues accept = exchange.getRequestHeaders().get(Headers.ACCEPT);
    if (accept == null) {
      return false;
    }
    double json = 0;
    double text = 0;
    for (String line : accept) {
      for (String range : line.split(",")) {
        String type = range.strip().toLowerCase(Locale.ROOT);
        if (type.startsWith("application/json")) {
          json = Math.max(json, quality(type));
        } else if (type.startsWith("text/plain")) {
          text = Math.max(text, quality(type));
        }
      }
    }
    return json > 0 && json >= text;
  }

  private static double quality(String range) {
    int at = range.indexOf("q=");
    if (at < 0) {
      return 1;
    }
    try {
      return Double.parseDouble(range.substring(at + 2).split(";")[0].strip());
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
