package io.volute.client.http;

import io.volute.client.link.Connection;
import io.volute.client.link.ExchangeException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** The body of an answer, as it comes in: of a stated length, in chunks, or up to the close. */
final class AnswerBody extends InputStream {
  private static final int MAX_TRAILER_BYTES = 64 * 1024;
  private static final int MAX_CHUNK_LINE_BYTES = 4 * 1024;
  private static final int MAX_CHUNK_DIGITS = 15;

  private enum Form {
    SIZED,
    CHUNKED,
    TO_THE_CLOSE
  }

  private final Connection connection;
  private final Form form;

  /** What is left of the body, or of the present chunk. */
  private long remaining;

  private boolean isWithinChunks;
  private boolean isFinished;

  private AnswerBody(Connection connection, Form form, long remaining) {
    this.connection = connection;
    this.form = form;
    this.remaining = remaining;
    this.isFinished = form == Form.SIZED && remaining == 0;
  }

  static AnswerBody sized(Connection connection, long length) {
    return new AnswerBody(connection, Form.SIZED, length);
  }

  static AnswerBody chunked(Connection connection) {
    return new AnswerBody(connection, Form.CHUNKED, 0);
  }

  static AnswerBody toTheClose(Connection connection) {
    return new AnswerBody(connection, Form.TO_THE_CLOSE, Long.MAX_VALUE);
  }

  /** True when all of it was read and the next answer may follow. */
  boolean leavesConnectionUsable() {
    return isFinished && form != Form.TO_THE_CLOSE;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int from, int length) throws IOException {
    Objects.checkFromIndexSize(from, length, bytes.length);
    if (length == 0) {
      return 0;
    }
    if (form == Form.CHUNKED && remaining == 0 && !isFinished) {
      startChunk();
    }
    if (isFinished) {
      return -1;
    }
    int count = connection.read(bytes, from, (int) Math.min(length, remaining));
    if (count < 0) {
      if (form != Form.TO_THE_CLOSE) {
        throw connection.endedEarly();
      }
      isFinished = true;
      return -1;
    }
    remaining -= count;
    if (remaining == 0 && form == Form.SIZED) {
      isFinished = true;
    }
    return count;
  }

  private void startChunk() throws IOException {
    LineReader lines = new LineReader(this::nextByte, MAX_CHUNK_LINE_BYTES);
    if (isWithinChunks && !lines.next().isEmpty()) {
      throw ExchangeException.malformed("a chunk longer than it says");
    }
    isWithinChunks = true;
    remaining = chunkSize(lines.next());
    if (remaining == 0) {
      Headers.read(new LineReader(this::nextByte, MAX_TRAILER_BYTES));
      isFinished = true;
    }
  }

  private static long chunkSize(String line) throws ExchangeException {
    int semicolon = line.indexOf(';');
    String digits = (semicolon < 0 ? line : line.substring(0, semicolon)).strip();
    boolean isHex =
        !digits.isEmpty()
            && digits.length() <= MAX_CHUNK_DIGITS
            && digits.chars().allMatch(c -> Character.digit(c, 16) >= 0 && c < 0x7f);
    if (!isHex) {
      throw ExchangeException.malformed("a bad chunk size");
    }
    return Long.parseLong(digits, 16);
  }

  private int nextByte() throws IOException {
    int next = connection.read();
    if (next < 0) {
      throw connection.endedEarly();
    }
    return next;
  }
}
