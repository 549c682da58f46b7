package io.volute.client.http;

import io.volute.client.link.ExchangeException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/** Reads a multipart body, part after part, in bounded memory. */
public final class Multipart {
  private static final int MAX_HEAD_BYTES = 64 * 1024;
  private static final int MAX_BOUNDARY = 70; // RFC 2046, 5.1.1
  private static final int BUFFER_BYTES = 32 * 1024;

  private final InputStream body;
  private final byte[] delimiter;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int from;
  private int to;

  private Multipart(InputStream body, String boundary) {
    this.body = body;
    this.delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.US_ASCII);
    // The first delimiter has no line before it; give it one.
    buffer[0] = '\r';
    buffer[1] = '\n';
    to = 2;
  }

  /** The parts of an answer; its Content-Type must name the boundary between them. */
  public static Multipart of(HttpResponse answer) throws IOException {
    String type = answer.header("Content-Type").orElse("");
    for (String parameter : type.split(";", -1)) {
      String text = parameter.strip();
      if (text.regionMatches(true, 0, "boundary=", 0, "boundary=".length())) {
        String boundary = text.substring("boundary=".length());
        if (boundary.length() > 1 && boundary.startsWith("\"") && boundary.endsWith("\"")) {
          boundary = boundary.substring(1, boundary.length() - 1);
        }
        if (!boundary.isEmpty() && boundary.length() <= MAX_BOUNDARY) {
          return new Multipart(answer.body(), boundary);
        }
      }
    }
    throw ExchangeException.malformed("siblings without a boundary between them");
  }

  /** A part: its headers, and its bytes until the next part is asked for. */
  public final class Part {
    private final Headers headers;

    private Part(Headers headers) {
      this.headers = headers;
    }

    /** The first header of that name. */
    public Optional<String> header(String name) {
      return headers.first(name);
    }

    /** The bytes of the part. */
    public InputStream content() {
      return new Content();
    }
  }

  /** The next part; what was not read of the one before is skipped. */
  public Optional<Part> next() throws IOException {
    for (int ready = contentReady(); ready >= 0; ready = contentReady()) {
      from += ready;
    }
    from += delimiter.length;
    int first = nextByte();
    int second = nextByte();
    if (first == '-' && second == '-') {
      body.transferTo(OutputStream.nullOutputStream());
      return Optional.empty();
    }
    if (first != '\r' || second != '\n') {
      throw ExchangeException.malformed("a bad line between siblings");
    }
    return Optional.of(new Part(Headers.read(new LineReader(this::nextByte, MAX_HEAD_BYTES))));
  }

  /** How many bytes at {@code from} are content for certain; -1 at a delimiter. */
  private int contentReady() throws IOException {
    while (true) {
      int match = indexOfDelimiter();
      if (match == from) {
        return -1;
      }
      int certain = match >= 0 ? match - from : to - from - (delimiter.length - 1);
      if (certain > 0) {
        return certain;
      }
      fill();
    }
  }

  private int indexOfDelimiter() {
    for (int at = from; at + delimiter.length <= to; at++) {
      if (Arrays.equals(buffer, at, at + delimiter.length, delimiter, 0, delimiter.length)) {
        return at;
      }
    }
    return -1;
  }

  private void fill() throws IOException {
    System.arraycopy(buffer, from, buffer, 0, to - from);
    to -= from;
    from = 0;
    int count = body.read(buffer, to, buffer.length - to);
    if (count < 0) {
      throw ExchangeException.malformed("it ends within a sibling");
    }
    to += count;
  }

  private int nextByte() throws IOException {
    while (from == to) {
      fill();
    }
    int next = buffer[from] & 0xff;
    from++;
    return next;
  }

  private final class Content extends InputStream {
    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, bytes.length);
      int ready = contentReady();
      if (ready < 0) {
        return -1;
      }
      int count = Math.min(ready, length);
      System.arraycopy(buffer, from, bytes, offset, count);
      from += count;
      return count;
    }
  }
}
