package io.volute.http;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;
import io.volute.causal.ContextToken;
import io.volute.command.Answer;
import io.volute.command.CommandGate;
import io.volute.http.PieceWriter.Piece;
import io.volute.listen.BytesInFlight;
import io.volute.record.Value;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;

/** Answers a read: the value, a part of it, all siblings, or that there is none. */
final class ValueAnswer {
  private static final HttpString CONTENT_TYPE_OPTIONS = new HttpString("X-Content-Type-Options");
  private static final HttpString SECURITY_POLICY = new HttpString("Content-Security-Policy");
  private static final String OCTET_STREAM = "application/octet-stream";
  private static final byte[] LINE_END = {'\r', '\n'};

  private final CommandGate gate;
  private final BytesInFlight inFlight;

  ValueAnswer(CommandGate gate, BytesInFlight inFlight) {
    this.gate = gate;
    this.inFlight = inFlight;
  }

  /**
   * Answers.
   *
   * @param again reads anew when a large value is gone before its first byte was sent; null to
   *     answer that it can't be had
   */
  void send(HttpServerExchange exchange, Answer answer, boolean all, Runnable again) {
    if (answer instanceof Answer.Found found) {
      sendFound(exchange, found, all, again);
    } else {
      sendNotFound(exchange, (Answer.NotFound) answer);
    }
  }

  private static void sendNotFound(HttpServerExchange exchange, Answer.NotFound answer) {
    HeaderMap headers = exchange.getResponseHeaders();
    // Of a key that nobody knows it is the context of nothing: a write with it replaces nothing.
    headers.put(VoluteHeaders.VERSION, ContextToken.encode(answer.version()));
    headers.put(VoluteHeaders.SIBLINGS, "0");
    headers.put(VoluteHeaders.ACKS, answer.acks() + "/" + answer.owners());
    putLag(headers, answer.lagMillis());
    ErrorAnswer.send(exchange, StatusCodes.NOT_FOUND, "the key has no value");
  }

  /** An answer from a follower's copy says how old it may be. */
  private static void putLag(HeaderMap headers, OptionalLong lagMillis) {
    if (lagMillis.isPresent()) {
      headers.put(VoluteHeaders.LAG_MILLIS, lagMillis.getAsLong());
    }
  }

  private void sendFound(
      HttpServerExchange exchange, Answer.Found found, boolean all, Runnable again) {
    String token = ContextToken.encode(found.version());
    KeyEndpoints.putHeaders(
        exchange.getResponseHeaders(),
        token,
        found.siblings().size(),
        found.acks(),
        found.owners());
    putLag(exchange.getResponseHeaders(), found.lagMillis());
    int status;
    try {
      status = EntityTags.evaluateForRead(exchange, token);
    } catch (BadRequestException e) {
      ErrorAnswer.send(exchange, e.status(), e.getMessage());
      return;
    }
    if (status == StatusCodes.PRECONDITION_FAILED) {
      ErrorAnswer.send(exchange, status, "If-Match: the key's version is another one");
    } else if (status == StatusCodes.NOT_MODIFIED) {
      exchange.setStatusCode(status);
      exchange.endExchange();
    } else if (charge(exchange, found)) {
      if (all && found.siblings().size() > 1) {
        sendAll(exchange, found.siblings());
      } else {
        sendOne(exchange, found.siblings().get(0), EntityTags.of(token), again);
      }
    }
  }

  /** A slow reader holds its values until it has them, so they count against the common bound. */
  private boolean charge(HttpServerExchange exchange, Answer.Found found) {
    long sum = 0;
    for (Answer.Sibling sibling : found.siblings()) {
      sum += sibling.value().map(ValueAnswer::heldBytes).orElse(0L);
    }
    if (sum == 0) {
      return true;
    }
    // More than the whole budget must be answered at some time as well.
    long charged = Math.min(sum, inFlight.limit());
    if (!inFlight.tryAcquire(charged)) {
      ErrorAnswer.sendRetryLater(
          exchange,
          StatusCodes.SERVICE_UNAVAILABLE,
          "too many values are under way; try again in a moment");
      return false;
    }
    exchange.addExchangeCompleteListener(
        (completed, next) -> {
          inFlight.release(charged);
          next.proceed();
        });
    return true;
  }

  /** What of a value is in memory at the same time. */
  private static long heldBytes(Value value) {
    long most = (long) BlobSource.WINDOW_CHUNKS * BlobSource.CHUNK_BYTES;
    return value instanceof Value.Blob ? Math.min(most, value.sizeBytes()) : value.sizeBytes();
  }

  private void sendOne(
      HttpServerExchange exchange, Answer.Sibling sibling, String etag, Runnable again) {
    HeaderMap headers = exchange.getResponseHeaders();
    String type = sibling.version().contentType();
    headers.put(Headers.CONTENT_TYPE, type.isEmpty() ? OCTET_STREAM : type);
    headers.put(Headers.ACCEPT_RANGES, "bytes");
    headers.put(CONTENT_TYPE_OPTIONS, "nosniff");
    if (!type.isEmpty() && !type.equals(OCTET_STREAM)) {
      // A stored page must not act as one of ours when a browser shows it.
      headers.put(SECURITY_POLICY, "sandbox");
    }
    if (exchange.getRequestMethod().equals(Methods.HEAD)) {
      exchange.setResponseContentLength(sibling.version().sizeBytes());
      exchange.endExchange();
      return;
    }
    long size = sibling.version().sizeBytes();
    ByteSpan span = ByteSpan.of(exchange, size, etag);
    if (span == null) {
      span = new ByteSpan(0, size);
    } else if (span.length() == 0) {
      headers.put(Headers.CONTENT_RANGE, "bytes */" + size);
      ErrorAnswer.send(
          exchange,
          StatusCodes.REQUEST_RANGE_NOT_SATISFIABLE,
          "Range: the value has only " + size + " bytes");
      return;
    } else {
      exchange.setStatusCode(StatusCodes.PARTIAL_CONTENT);
      long last = span.first() + span.length() - 1;
      headers.put(Headers.CONTENT_RANGE, "bytes " + span.first() + "-" + last + "/" + size);
    }
    exchange.setResponseContentLength(span.length());
    new PieceWriter(exchange).write(List.of(piece(exchange, sibling, span, again)));
  }

  private Piece piece(
      HttpServerExchange exchange, Answer.Sibling sibling, ByteSpan span, Runnable again) {
    Value value = sibling.value().orElseThrow();
    if (value instanceof Value.Blob blob) {
      return Piece.of(
          new BlobSource(
              exchange, gate, blob, sibling.holders(), span, PieceWriter.onLoss(exchange, again)));
    }
    return Piece.of(ByteBuffer.wrap(value.bytes(), (int) span.first(), (int) span.length()));
  }

  private void sendAll(HttpServerExchange exchange, List<Answer.Sibling> siblings) {
    exchange.setStatusCode(StatusCodes.MULTIPLE_CHOICES);
    // Random, so that no value can be made to contain it.
    String boundary = UUID.randomUUID().toString();
    exchange
        .getResponseHeaders()
        .put(Headers.CONTENT_TYPE, "multipart/mixed; boundary=" + boundary);
    if (exchange.getRequestMethod().equals(Methods.HEAD)) {
      exchange.endExchange();
      return;
    }
    List<Piece> pieces = new ArrayList<>(siblings.size() * 3 + 1);
    long length = 0;
    for (Answer.Sibling sibling : siblings) {
      long size = sibling.version().sizeBytes();
      ByteBuffer head = ascii(partHead(boundary, sibling));
      length += head.remaining() + size + LINE_END.length;
      pieces.add(Piece.of(head));
      pieces.add(piece(exchange, sibling, new ByteSpan(0, size), null));
      pieces.add(Piece.of(ByteBuffer.wrap(LINE_END)));
    }
    ByteBuffer end = ascii("--" + boundary + "--\r\n");
    length += end.remaining();
    pieces.add(Piece.of(end));
    exchange.setResponseContentLength(length);
    new PieceWriter(exchange).write(pieces);
  }

  private static String partHead(String boundary, Answer.Sibling sibling) {
    String type = sibling.version().contentType();
    return "--"
        + boundary
        + "\r\nContent-Type: "
        + (type.isEmpty() ? OCTET_STREAM : type)
        + "\r\nContent-Length: "
        + sibling.version().sizeBytes()
        + "\r\nVolute-Version: "
        + ContextToken.encode(sibling.version().context())
        + "\r\n\r\n";
  }

  private static ByteBuffer ascii(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }
}
