package io.volute.client.http;

import io.volute.client.link.ExchangeException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A header block: fields in the order in which they came; names are without case. */
final class Headers {
  private static final String NOT_IN_NAMES = "\"(),/:;<=>?@[\\]{}";

  private record Field(String name, String value) {}

  private final List<Field> fields;

  private Headers(List<Field> fields) {
    this.fields = fields;
  }

  /** Reads fields up to and with the empty line. */
  static Headers read(LineReader lines) throws IOException {
    List<Field> fields = new ArrayList<>();
    for (String line = lines.next(); !line.isEmpty(); line = lines.next()) {
      int colon = line.indexOf(':');
      if (colon < 1 || !isName(line, colon)) {
        throw ExchangeException.malformed("a header line without a name");
      }
      fields.add(new Field(line.substring(0, colon), line.substring(colon + 1).strip()));
    }
    return new Headers(fields);
  }

  private static boolean isName(String line, int end) {
    for (int i = 0; i < end; i++) {
      char c = line.charAt(i);
      if (c <= ' ' || c >= 0x7f || NOT_IN_NAMES.indexOf(c) >= 0) {
        return false;
      }
    }
    return true;
  }

  /** The value of the first field of that name. */
  Optional<String> first(String name) {
    for (Field field : fields) {
      if (field.name().equalsIgnoreCase(name)) {
        return Optional.of(field.value());
      }
    }
    return Optional.empty();
  }

  boolean hasNameWithPrefix(String prefix) {
    for (Field field : fields) {
      if (field.name().regionMatches(true, 0, prefix, 0, prefix.length())) {
        return true;
      }
    }
    return false;
  }

  boolean saysClose() {
    for (Field field : fields) {
      if (field.name().equalsIgnoreCase("Connection") && hasToken(field.value(), "close")) {
        return true;
      }
    }
    return false;
  }

  private static boolean hasToken(String list, String token) {
    for (String item : list.split(",", -1)) {
      if (item.strip().equalsIgnoreCase(token)) {
        return true;
      }
    }
    return false;
  }

  boolean isChunked() throws ExchangeException {
    Optional<String> encoding = first("Transfer-Encoding");
    if (encoding.isEmpty()) {
      return false;
    }
    if (!encoding.get().equalsIgnoreCase("chunked") || first("Content-Length").isPresent()) {
      throw ExchangeException.malformed("a transfer encoding that is not just 'chunked'");
    }
    return true;
  }

  /** The length that is stated, or -1. */
  long contentLength() throws ExchangeException {
    Optional<String> stated = first("Content-Length");
    if (stated.isEmpty()) {
      return -1;
    }
    String digits = stated.get();
    for (Field field : fields) {
      if (field.name().equalsIgnoreCase("Content-Length") && !field.value().equals(digits)) {
        throw ExchangeException.malformed("two lengths");
      }
    }
    boolean isNumber =
        !digits.isEmpty()
            && digits.length() <= 18
            && digits.chars().allMatch(c -> c >= '0' && c <= '9');
    if (!isNumber) {
      throw ExchangeException.malformed("a bad Content-Length");
    }
    return Long.parseLong(digits);
  }
}
