package io.volute.client.resp;

import io.volute.client.link.Access;
import io.volute.client.link.Connection;
import io.volute.client.link.Connection.AnsweredEarlyException;
import io.volute.client.link.ExchangeException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;

/**
 * One connection that speaks RESP2: a command, its answer, the next command. Values that come back
 * are counted, not kept. For one thread; to be closed after any failure but an error reply.
 */
public final class RespConnection implements Closeable {
  private static final int MAX_LINE_BYTES = 64 * 1024;
  private static final int SKIP_BYTES = 16 * 1024;

  /** The node said no. */
  public static final class ErrorReplyException extends IOException {
    private static final long serialVersionUID = 1L;

    ErrorReplyException(String line) {
      super(line);
    }

    /** The first word, which says of what kind the error is. */
    public String code() {
      return getMessage().split(" ", 2)[0];
    }
  }

  private final Connection connection;
  private final byte[] skipped = new byte[SKIP_BYTES];

  private RespConnection(Connection connection) {
    this.connection = connection;
  }

  /** Connects and, where there is a token, shows it. */
  public static RespConnection open(Access access) throws IOException {
    RespConnection opened = new RespConnection(Connection.open(access));
    boolean isLetIn = false;
    try {
      if (!access.token().isEmpty()) {
        opened.call("AUTH", access.token().getBytes(StandardCharsets.UTF_8));
      }
      isLetIn = true;
      return opened;
    } finally {
      if (!isLetIn) {
        opened.close();
      }
    }
  }

  /**
   * Sends one command and reads its answer.
   *
   * @return how long the value in it is; empty for a nil. What is no value counts as one of 0 bytes
   * @throws ErrorReplyException when the node says no; the connection can be used further
   */
  public OptionalLong call(String command, byte[]... arguments) throws IOException {
    try {
      writeLine("*" + (arguments.length + 1));
      writeBulk(command.getBytes(StandardCharsets.US_ASCII));
      for (byte[] argument : arguments) {
        writeBulk(argument);
      }
      connection.flush();
    } catch (AnsweredEarlyException e) {
      throw new ExchangeException(ExchangeException.Kind.LOST, "refused: " + readLine());
    }
    return readReply();
  }

  private OptionalLong readReply() throws IOException {
    String line = readLine();
    switch (line.isEmpty() ? ' ' : line.charAt(0)) {
      case '+', ':' -> {
        return OptionalLong.of(0);
      }
      case '-' -> throw new ErrorReplyException(line.substring(1));
      case '$' -> {
        long length = lengthOf(line);
        if (length < 0) {
          return OptionalLong.empty();
        }
        skip(length + 2);
        return OptionalLong.of(length);
      }
      default -> throw ExchangeException.malformed("no simple reply of the Redis protocol");
    }
  }

  private static long lengthOf(String line) throws ExchangeException {
    try {
      return Long.parseLong(line.substring(1));
    } catch (NumberFormatException e) {
      throw ExchangeException.malformed("a bad length");
    }
  }

  private void skip(long count) throws IOException {
    long left = count;
    while (left > 0) {
      int part = connection.read(skipped, 0, (int) Math.min(left, skipped.length));
      if (part < 0) {
        throw connection.endedEarly();
      }
      left -= part;
    }
  }

  private String readLine() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = connection.read(); next != '\n'; next = connection.read()) {
      if (next < 0) {
        throw connection.endedEarly();
      }
      if (line.length() == MAX_LINE_BYTES) {
        throw ExchangeException.malformed("a line without an end");
      }
      line.append((char) next);
    }
    if (line.isEmpty() || line.charAt(line.length() - 1) != '\r') {
      throw ExchangeException.malformed("a line that does not end in CRLF");
    }
    return line.substring(0, line.length() - 1);
  }

  private void writeBulk(byte[] bytes) throws IOException {
    writeLine("$" + bytes.length);
    connection.write(bytes, 0, bytes.length);
    writeLine("");
  }

  private void writeLine(String line) throws IOException {
    byte[] bytes = (line + "\r\n").getBytes(StandardCharsets.US_ASCII);
    connection.write(bytes, 0, bytes.length);
  }

  @Override
  public void close() throws IOException {
    connection.close();
  }
}
