package io.volute.client.http;

import io.volute.client.link.Access;
import io.volute.client.link.Connection;
import io.volute.client.link.Connection.AnsweredEarlyException;
import io.volute.client.link.ExchangeException;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Sends requests to one node, one after the other, over a connection that is kept.
 *
 * <p>No request is sent twice: a node may have acted on one that got no answer. Not for use by
 * several threads.
 */
public final class HttpClient implements Closeable {
  private static final int MAX_HEAD_BYTES = 64 * 1024;
  private static final int MAX_INTERIM_ANSWERS = 8;
  private static final int COPY_BYTES = 32 * 1024;
  private static final byte[] LINE_END = {'\r', '\n'};
  private static final byte[] LAST_CHUNK = {'0', '\r', '\n', '\r', '\n'};

  private final Access access;

  /** The kept connection, while no answer is being read; else null. */
  private Connection idle;

  /** The connection whose answer is being read, else null. */
  private Connection busy;

  /** A client of one node; not yet connected. */
  public HttpClient(Access access) {
    this.access = access;
  }

  /** Sends a request and reads the head of its answer. */
  public HttpResponse send(HttpRequest request) throws IOException {
    return send(request, access.silence());
  }

  /** The same, with another patience for this one. */
  public HttpResponse send(HttpRequest request, Duration patience) throws IOException {
    closeBusy();
    Connection connection = connect();
    connection.tolerate(patience);
    busy = connection;
    boolean isAnswered = false;
    try {
      boolean isSentWhole = write(connection, request);
      HttpResponse answer = readAnswer(connection, isSentWhole);
      isAnswered = true;
      return answer;
    } finally {
      if (!isAnswered) {
        closeBusy();
      }
    }
  }

  private Connection connect() throws IOException {
    Connection kept = idle;
    idle = null;
    if (kept != null) {
      if (kept.isIdle()) {
        return kept;
      }
      kept.close();
    }
    return Connection.open(access);
  }

  /** False when the server answered before it had taken all. */
  private boolean write(Connection connection, HttpRequest request) throws IOException {
    try {
      byte[] head =
          request
              .head(access.target().hostHeader(), access.token())
              .getBytes(StandardCharsets.US_ASCII);
      connection.write(head, 0, head.length);
      if (request.isChunked()) {
        writeChunks(connection, request.body().orElseThrow().source());
      } else if (request.body().isPresent()) {
        writeSized(connection, request.body().get());
      }
      connection.flush();
      return true;
    } catch (AnsweredEarlyException e) {
      return false;
    }
  }

  private static void writeSized(Connection connection, RequestBody body) throws IOException {
    byte[] copy = new byte[(int) Math.min(COPY_BYTES, body.length())];
    long left = body.length();
    while (left > 0) {
      int count = body.source().read(copy, 0, (int) Math.min(copy.length, left));
      if (count < 0) {
        throw new EOFException("the value became shorter while it was sent");
      }
      connection.write(copy, 0, count);
      left -= count;
    }
  }

  private static void writeChunks(Connection connection, InputStream source) throws IOException {
    byte[] copy = new byte[COPY_BYTES];
    for (int count = source.read(copy); count >= 0; count = source.read(copy)) {
      if (count == 0) {
        continue;
      }
      byte[] size = Integer.toHexString(count).getBytes(StandardCharsets.US_ASCII);
      connection.write(size, 0, size.length);
      connection.write(LINE_END, 0, LINE_END.length);
      connection.write(copy, 0, count);
      connection.write(LINE_END, 0, LINE_END.length);
    }
    connection.write(LAST_CHUNK, 0, LAST_CHUNK.length);
  }

  private HttpResponse readAnswer(Connection connection, boolean isSentWhole) throws IOException {
    LineReader lines = new LineReader(() -> nextByte(connection), MAX_HEAD_BYTES);
    for (int i = 0; i <= MAX_INTERIM_ANSWERS; i++) {
      String line = lines.next();
      int status = statusOf(line);
      Headers headers = Headers.read(lines);
      if (status >= 200) {
        boolean isPersistent = isSentWhole && line.startsWith("HTTP/1.1");
        return new HttpResponse(
            status,
            headers,
            bodyOf(connection, status, headers),
            isUsable -> finish(connection, isUsable && isPersistent));
      }
      if (status == 101) {
        break;
      }
    }
    throw ExchangeException.malformed("interim answers without an end");
  }

  private static int nextByte(Connection connection) throws IOException {
    int next = connection.read();
    if (next < 0) {
      throw connection.endedEarly();
    }
    return next;
  }

  private static int statusOf(String line) throws ExchangeException {
    boolean isStatusLine =
        line.length() >= 12
            && (line.startsWith("HTTP/1.1 ") || line.startsWith("HTTP/1.0 "))
            && (line.length() == 12 || line.charAt(12) == ' ');
    int status = 0;
    for (int i = 9; isStatusLine && i < 12; i++) {
      int digit = line.charAt(i) - '0';
      isStatusLine = digit >= 0 && digit <= 9;
      status = status * 10 + digit;
    }
    if (!isStatusLine || status < 100 || status > 599) {
      throw ExchangeException.malformed("no HTTP/1.1 status line");
    }
    return status;
  }

  private static AnswerBody bodyOf(Connection connection, int status, Headers headers)
      throws ExchangeException {
    if (status == 204 || status == 304) {
      return AnswerBody.sized(connection, 0);
    }
    if (headers.isChunked()) {
      return AnswerBody.chunked(connection);
    }
    long length = headers.contentLength();
    return length < 0 ? AnswerBody.toTheClose(connection) : AnswerBody.sized(connection, length);
  }

  /** Called when an answer is done with. */
  private void finish(Connection connection, boolean isUsable) throws IOException {
    if (connection != busy) {
      return; // The next request was sent before this answer was closed, and closed it.
    }
    if (isUsable) {
      idle = busy;
      busy = null;
    } else {
      closeBusy();
    }
  }

  private void closeBusy() throws IOException {
    if (busy != null) {
      Connection closing = busy;
      busy = null;
      closing.close();
    }
  }

  @Override
  public void close() throws IOException {
    closeBusy();
    if (idle != null) {
      idle.close();
      idle = null;
    }
  }
}
