package io.volute.client.http;

import io.volute.client.link.ExchangeException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Lines that end in CRLF or LF, within a budget of bytes for all of them. */
final class LineReader {
  /** Where bytes come from. */
  interface Bytes {
    /** The next byte; the end is an error. */
    int next() throws IOException;
  }

  private final Bytes bytes;
  private final int limit;
  private int taken;
  private byte[] line = new byte[128];

  LineReader(Bytes bytes, int limit) {
    this.bytes = bytes;
    this.limit = limit;
  }

  /** The next line, without its end. */
  String next() throws IOException {
    int length = 0;
    for (int c = bytes.next(); c != '\n'; c = bytes.next()) {
      taken++;
      if (taken > limit) {
        throw ExchangeException.malformed("a header block larger than " + limit + " bytes");
      }
      if (length == line.length) {
        line = Arrays.copyOf(line, length * 2);
      }
      line[length] = (byte) c;
      length++;
    }
    if (length > 0 && line[length - 1] == '\r') {
      length--;
    }
    return new String(line, 0, length, StandardCharsets.UTF_8);
  }
}
