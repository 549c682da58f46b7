package io.volute.http;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The part of a value that a {@code Range} asks for.
 *
 * @param first offset of the first byte
 * @param length in bytes; 0 when nothing of the value is asked for, which can't be answered
 */
record ByteSpan(long first, long length) {
  private static final Pattern RANGE = Pattern.compile("bytes=\\s*([0-9]{0,18})-([0-9]{0,18})\\s*");

  /**
   * Reads the range of a request.
   *
   * @param etag of the value, for {@code If-Range}
   * @return null for the whole value: without a range, with several, or with one that we don't
   *     understand, which HTTP wants ignored
   */
  static ByteSpan of(HttpServerExchange exchange, long size, String etag) {
    String range = exchange.getRequestHeaders().getFirst(Headers.RANGE);
    if (range == null) {
      return null;
    }
    String onlyIf = exchange.getRequestHeaders().getFirst(Headers.IF_RANGE);
    if (onlyIf != null && !onlyIf.strip().equals(etag)) {
      return null;
    }
    Matcher matcher = RANGE.matcher(range.strip());
    if (!matcher.matches() || matcher.group(1).isEmpty() && matcher.group(2).isEmpty()) {
      return null;
    }
    if (matcher.group(1).isEmpty()) {
      long last = Math.min(Long.parseLong(matcher.group(2)), size);
      return new ByteSpan(size - last, last);
    }
    long first = Long.parseLong(matcher.group(1));
    long end = matcher.group(2).isEmpty() ? size : Long.parseLong(matcher.group(2)) + 1;
    if (end <= first) {
      // Ends before it begins: not a range.
      return matcher.group(2).isEmpty() ? new ByteSpan(0, 0) : null;
    }
    end = Math.min(end, size);
    return first >= end ? new ByteSpan(0, 0) : new ByteSpan(first, end - first);
  }
}
