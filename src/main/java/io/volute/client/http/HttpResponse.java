package io.volute.client.http;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** An answer: status and headers at once, the body as it is read. */
public final class HttpResponse implements Closeable {
  /** Takes the connection back, or closes it. */
  interface Ending {
    void finish(boolean isConnectionUsable) throws IOException;
  }

  private final int status;
  private final Headers headers;
  private final AnswerBody body;
  private final Ending ending;
  private boolean isClosed;

  HttpResponse(int status, Headers headers, AnswerBody body, Ending ending) {
    this.status = status;
    this.headers = headers;
    this.body = body;
    this.ending = ending;
  }

  /** The status code. */
  public int status() {
    return status;
  }

  /** The first header of that name. */
  public Optional<String> header(String name) {
    return headers.first(name);
  }

  /** Whether there is a header whose name begins so. */
  public boolean hasHeaderWithPrefix(String prefix) {
    return headers.hasNameWithPrefix(prefix);
  }

  /** Whether the body says of itself that it is of that media type. */
  public boolean isOfType(String mediaType) {
    String stated = header("Content-Type").orElse("");
    int semicolon = stated.indexOf(';');
    return (semicolon < 0 ? stated : stated.substring(0, semicolon))
        .strip()
        .equalsIgnoreCase(mediaType);
  }

  /** How long the body says that it is, or -1. */
  public long bodyLength() throws IOException {
    return headers.contentLength();
  }

  /** The bytes of the body. */
  public InputStream body() {
    return body;
  }

  /** The body as text, up to that many bytes; what comes after them is not read. */
  public String text(int maxBytes) throws IOException {
    return new String(body.readNBytes(maxBytes), StandardCharsets.UTF_8);
  }

  /** Gives the connection back; it is closed where the body was not read to its end. */
  @Override
  public void close() throws IOException {
    if (!isClosed) {
      isClosed = true;
      ending.finish(body.leavesConnectionUsable() && !headers.saysClose());
    }
  }
}
