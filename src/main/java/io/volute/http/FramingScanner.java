package io.volute.http;

import io.undertow.util.StatusCodes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Follows the framing of HTTP/1.1 through the bytes of a connection, more strictly than the
 * platform's parser does: where two programs disagree about where a request ends, the second takes
 * a part of it for a request of its own (RFC 9112 §11.2).
 *
 * <p>Refused are lines that end in a bare LF or hold a bare CR, header lines that are continued on
 * the next one (§5.2), and chunks whose size or end is malformed (§7.1). Everything else is left to
 * who reads after it. With the preface of HTTP/2 it has nothing more to do.
 *
 * <p>Holds no bytes but the start of the line under way. Not thread-safe.
 */
final class FramingScanner {
  /** Size lines with extensions, which nobody needs. */
  private static final int MAX_CHUNK_LINE_BYTES = 256;

  private static final int MAX_SIZE_DIGITS = 15;
  private static final int KEPT_BYTES = 64;
  private static final String PREFACE = "PRI * HTTP/2.0";
  private static final String LENGTH = "content-length:";
  private static final String CODING = "transfer-encoding:";

  private enum Place {
    FIRST_LINE,
    HEADER,
    BODY,
    CHUNK_SIZE,
    CHUNK_DATA,
    CHUNK_END,
    TRAILER,
    HTTP2
  }

  private Place place = Place.FIRST_LINE;
  private final byte[] line = new byte[KEPT_BYTES];
  private int lineLength;
  private boolean afterReturn;
  private boolean chunked;
  private long left;
  private int digits;
  private boolean sizeEnded;
  private int trailerBytes;

  /** The last eight bytes of the line: of a request's, its version. */
  private long lastBytes;

  private String problem = "";
  private int status = StatusCodes.BAD_REQUEST;

  /**
   * Looks at new bytes.
   *
   * @param bytes from {@code from} on, up to its position
   * @return where the first byte is that must not be; -1 when there is none
   */
  int scan(ByteBuffer bytes, int from) {
    int at = from;
    int end = bytes.position();
    while (at < end && place != Place.HTTP2) {
      if (place == Place.BODY || place == Place.CHUNK_DATA) {
        long skipped = Math.min(left, end - at);
        left -= skipped;
        at += (int) skipped;
        if (left == 0) {
          begin(place == Place.BODY ? Place.FIRST_LINE : Place.CHUNK_END);
        }
      } else if (take(bytes.get(at))) {
        at++;
      } else {
        return at;
      }
    }
    return -1;
  }

  /** What was wrong with the byte that {@link #scan} has stopped at, and what is allowed. */
  String problem() {
    return problem;
  }

  /** The status to answer with. */
  int status() {
    return status;
  }

  private void begin(Place next) {
    place = next;
    lineLength = 0;
    afterReturn = false;
    if (next == Place.FIRST_LINE) {
      chunked = false;
      left = 0;
    } else if (next == Place.CHUNK_SIZE) {
      left = 0;
      digits = 0;
      sizeEnded = false;
    }
  }

  private boolean take(byte b) {
    if (afterReturn) {
      afterReturn = false;
      return b == '\n' ? endLine() : refuse("a CR is not followed by LF: each line ends in CR LF");
    }
    if (b == '\r') {
      afterReturn = true;
      return true;
    }
    if (b == '\n') {
      return refuse("a line ends in LF alone: each line ends in CR LF");
    }
    if (lineLength < KEPT_BYTES) {
      line[lineLength] = b;
    }
    lineLength++;
    lastBytes = lastBytes << 8 | (b & 0xff);
    return switch (place) {
      case HEADER, TRAILER -> takeHeader(b);
      case CHUNK_SIZE -> takeSize(b);
      case CHUNK_END -> refuse("a chunk is longer than its size line says: CR LF must follow it");
      default -> true;
    };
  }

  private boolean takeHeader(byte b) {
    if (lineLength == 1 && (b == ' ' || b == '\t')) {
      return refuse("a header line begins with a space: a header is one line");
    }
    if (place == Place.TRAILER && ++trailerBytes > HttpSettings.MAX_HEAD_BYTES) {
      return refuse(
          "the lines behind the body are too long, at most "
              + HttpSettings.MAX_HEAD_BYTES
              + " bytes are allowed");
    }
    return true;
  }

  private boolean takeSize(byte b) {
    if (lineLength > MAX_CHUNK_LINE_BYTES) {
      return refuse(
          "a chunk's size line is too long, at most "
              + MAX_CHUNK_LINE_BYTES
              + " bytes are allowed");
    }
    int digit = sizeEnded ? -1 : Character.digit(b, 16);
    if (digit >= 0) {
      digits++;
      left = left << 4 | digit;
      return digits <= MAX_SIZE_DIGITS || refuse("a chunk's size is beyond all limits");
    }
    if (!sizeEnded && (digits == 0 || (b != ';' && b != ' ' && b != '\t'))) {
      return refuse("a chunk's size is malformed, allowed are hexadecimal digits");
    }
    sizeEnded = true;
    return b == '\t'
        || (b >= ' ' && b != 0x7f)
        || refuse("a chunk's extension holds a control character, allowed is printable text");
  }

  private boolean endLine() {
    switch (place) {
      case FIRST_LINE -> {
        // Empty lines before a request are to be passed over (§2.2).
        if (lineLength > 0) {
          return endFirstLine();
        }
      }
      case HEADER -> endHeader();
      case CHUNK_SIZE -> {
        if (digits == 0) {
          return refuse("a chunk's size is missing, allowed are hexadecimal digits");
        }
        trailerBytes = 0;
        begin(left == 0 ? Place.TRAILER : Place.CHUNK_DATA);
      }
      case CHUNK_END -> begin(Place.CHUNK_SIZE);
      case TRAILER -> begin(lineLength == 0 ? Place.FIRST_LINE : Place.TRAILER);
      default -> throw new AssertionError("no lines in " + place);
    }
    return true;
  }

  private boolean endFirstLine() {
    if (isLine(PREFACE)) {
      begin(Place.HTTP2);
      return true;
    }
    byte[] version = ByteBuffer.allocate(Long.BYTES).putLong(lastBytes).array();
    String shown = ErrorAnswer.oneLine(new String(version, StandardCharsets.ISO_8859_1));
    if (shown.equals("HTTP/1.1") || shown.equals("HTTP/1.0")) {
      begin(Place.HEADER);
      return true;
    }
    if (shown.startsWith("HTTP/")) {
      status = StatusCodes.HTTP_VERSION_NOT_SUPPORTED;
      return refuse(
          "'" + shown + "' is not spoken here, allowed are HTTP/1.1, HTTP/1.0 and HTTP/2");
    }
    return refuse(
        "the request is not valid HTTP/1.1: its first line must end in HTTP/1.1 or HTTP/1.0");
  }

  private void endHeader() {
    if (lineLength == 0) {
      if (chunked) {
        begin(Place.CHUNK_SIZE);
      } else {
        begin(left == 0 ? Place.FIRST_LINE : Place.BODY);
      }
      return;
    }
    if (isStartOfLine(CODING)) {
      chunked = true;
    } else if (isStartOfLine(LENGTH)) {
      left = length(text().substring(LENGTH.length()).strip());
    }
    begin(Place.HEADER);
  }

  /** Of one that is malformed, 0: who reads after this refuses it, and takes nothing more. */
  private static long length(String digits) {
    boolean plain = digits.chars().allMatch(digit -> digit >= '0' && digit <= '9');
    return plain && !digits.isEmpty() && digits.length() <= 18 ? Long.parseLong(digits) : 0;
  }

  private String text() {
    return new String(line, 0, Math.min(lineLength, KEPT_BYTES), StandardCharsets.ISO_8859_1);
  }

  private boolean isLine(String text) {
    return lineLength == text.length() && text().equals(text);
  }

  private boolean isStartOfLine(String lowerCase) {
    int first = line[0] | 0x20;
    return (first == 'c' || first == 't')
        && lineLength >= lowerCase.length()
        && text().toLowerCase(Locale.ROOT).startsWith(lowerCase);
  }

  private boolean refuse(String what) {
    problem = what;
    return false;
  }
}
