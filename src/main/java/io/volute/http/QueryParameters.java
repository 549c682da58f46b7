package io.volute.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The parameters of a request's query: only those that its command knows, each at most once.
 *
 * <p>A misspelt parameter that went unnoticed could lose somebody's data ({@code vesion=…}), so it
 * is an error. A {@code +} is a space, as in what forms and most libraries write; a plus sign is
 * {@code %2B}.
 */
final class QueryParameters {
  private final Map<String, byte[]> values;

  private QueryParameters(Map<String, byte[]> values) {
    this.values = values;
  }

  /**
   * Reads a query.
   *
   * @param query without its question mark; each character stands for a byte
   */
  static QueryParameters parse(String query, List<String> allowed) throws BadRequestException {
    Map<String, byte[]> values = new HashMap<>();
    int start = 0;
    while (start < query.length()) {
      int end = query.indexOf('&', start);
      end = end < 0 ? query.length() : end;
      if (end > start) {
        parsePair(query, start, end, allowed, values);
      }
      start = end + 1;
    }
    return new QueryParameters(values);
  }

  /** Finds out which parameter of a query is not well encoded, if any. */
  static void checkCoding(String query) throws BadRequestException {
    for (String pair : query.split("&")) {
      int equals = pair.indexOf('=');
      int keyEnd = equals < 0 ? pair.length() : equals;
      PercentCoding.decode(pair, 0, keyEnd, true, "a parameter's name");
      String what = "parameter '" + pair.substring(0, keyEnd) + "'";
      PercentCoding.decode(pair, keyEnd, pair.length(), true, what);
    }
  }

  private static void parsePair(
      String query, int start, int end, List<String> allowed, Map<String, byte[]> values)
      throws BadRequestException {
    int equals = query.indexOf('=', start);
    int keyEnd = equals < 0 || equals > end ? end : equals;
    byte[] keyBytes = PercentCoding.decode(query, start, keyEnd, true, "a parameter's name");
    String key = new String(keyBytes, StandardCharsets.UTF_8);
    if (!allowed.contains(key)) {
      String rule = allowed.isEmpty() ? "none is allowed" : String.join(", ", allowed);
      throw new BadRequestException(
          "unknown parameter '" + key + "'; " + (allowed.isEmpty() ? rule : "allowed: " + rule));
    }
    byte[] value =
        PercentCoding.decode(
            query, Math.min(keyEnd + 1, end), end, true, "parameter '" + key + "'");
    if (values.putIfAbsent(key, value) != null) {
      throw new BadRequestException("parameter '" + key + "' is given more than once");
    }
  }

  /** The same with a name that came in the path. */
  QueryParameters withName(byte[] name) {
    values.put("name", name);
    return this;
  }

  Optional<byte[]> bytes(String key) {
    return Optional.ofNullable(values.get(key));
  }

  boolean has(String key) {
    return values.containsKey(key);
  }

  Optional<String> text(String key) throws BadRequestException {
    byte[] value = values.get(key);
    if (value == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(value))
              .toString());
    } catch (CharacterCodingException e) {
      throw new BadRequestException("parameter '" + key + "' is not valid UTF-8");
    }
  }

  /** A parameter that is on with {@code 1} and off with {@code 0}. */
  boolean flag(String key) throws BadRequestException {
    Optional<String> value = text(key);
    if (value.isEmpty() || value.get().equals("0")) {
      return false;
    }
    if (value.get().equals("1")) {
      return true;
    }
    throw refuse(key, value.get(), "0 or 1");
  }

  /** A whole number of at most nine digits. */
  Optional<Integer> number(String key, int least, int most, String rule)
      throws BadRequestException {
    Optional<String> value = text(key);
    if (value.isEmpty()) {
      return Optional.empty();
    }
    if (value.get().matches("[0-9]{1,9}")) {
      int number = Integer.parseInt(value.get());
      if (number >= least && number <= most) {
        return Optional.of(number);
      }
    }
    throw refuse(key, value.get(), rule);
  }

  static BadRequestException refuse(String key, String value, String rule) {
    return new BadRequestException("parameter '" + key + "' is '" + value + "', allowed: " + rule);
  }
}
