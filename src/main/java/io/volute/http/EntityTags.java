package io.volute.http;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.StatusCodes;
import io.volute.causal.CausalContext;
import io.volute.causal.ContextToken;
import io.volute.causal.MalformedContextException;
import io.volute.command.Condition;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The conditions of a request ({@code If-Match}, {@code If-None-Match}). A key's entity tag is its
 * version token in quotes, and strong: equal tags mean equal values.
 */
final class EntityTags {
  private static final Pattern TAG = Pattern.compile("\\s*(W/)?\"([^\"]*)\"\\s*(,|$)");

  private EntityTags() {}

  static String of(String token) {
    return '"' + token + '"';
  }

  /** What must hold for a change to be made. */
  static Condition ofChange(HttpServerExchange exchange) throws BadRequestException {
    HeaderValues match = exchange.getRequestHeaders().get(Headers.IF_MATCH);
    HeaderValues noneMatch = exchange.getRequestHeaders().get(Headers.IF_NONE_MATCH);
    if (match == null && noneMatch == null) {
      return Condition.NONE;
    }
    if (match != null && noneMatch != null) {
      throw new BadRequestException("If-Match and If-None-Match exclude each other here");
    }
    if (noneMatch != null) {
      if (!isAny(noneMatch)) {
        throw new BadRequestException("If-None-Match: only '*' is allowed for a change");
      }
      return Condition.ABSENT;
    }
    if (isAny(match)) {
      return Condition.EXISTS;
    }
    List<CausalContext> versions = new ArrayList<>();
    for (Tag tag : parse(match, Headers.IF_MATCH)) {
      // A weak tag never matches strongly, and one that isn't a version of ours never at all.
      if (!tag.weak()) {
        addVersion(tag.text(), versions);
      }
    }
    return new Condition.Matches(List.copyOf(versions));
  }

  /**
   * How a read's conditions turn out: 200 to go on, 304 or 412.
   *
   * @param token of the version that would be answered
   */
  static int evaluateForRead(HttpServerExchange exchange, String token) throws BadRequestException {
    HeaderValues match = exchange.getRequestHeaders().get(Headers.IF_MATCH);
    if (match != null
        && !isAny(match)
        && parse(match, Headers.IF_MATCH).stream()
            .noneMatch(tag -> !tag.weak() && tag.text().equals(token))) {
      return StatusCodes.PRECONDITION_FAILED;
    }
    HeaderValues noneMatch = exchange.getRequestHeaders().get(Headers.IF_NONE_MATCH);
    if (noneMatch != null
        && (isAny(noneMatch)
            || parse(noneMatch, Headers.IF_NONE_MATCH).stream()
                .anyMatch(tag -> tag.text().equals(token)))) {
      return StatusCodes.NOT_MODIFIED;
    }
    return StatusCodes.OK;
  }

  private static boolean isAny(HeaderValues header) {
    return header.size() == 1 && header.getFirst().strip().equals("*");
  }

  private static List<Tag> parse(HeaderValues header, HttpString name) throws BadRequestException {
    List<Tag> tags = new ArrayList<>();
    for (String line : header) {
      Matcher matcher = TAG.matcher(line);
      int at = 0;
      while (at < line.length()) {
        if (!matcher.find(at) || matcher.start() != at) {
          throw new BadRequestException(
              name + ": must be '*' or entity tags in double quotes, separated by commas");
        }
        tags.add(new Tag(matcher.group(1) != null, matcher.group(2)));
        at = matcher.end();
      }
    }
    return tags;
  }

  private static void addVersion(String token, List<CausalContext> versions) {
    try {
      versions.add(ContextToken.decode(token));
    } catch (MalformedContextException e) {
      // Matches nothing.
    }
  }

  private record Tag(boolean weak, String text) {}
}
