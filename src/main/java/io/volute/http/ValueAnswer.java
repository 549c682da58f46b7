package io.volute.http;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;
import io.volute.causal.ContextToken;
import io.volute.command.Answer;
import io.volute.listen.BytesInFlight;
import io.volute.record.Value;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Answers a read: the value, a part of it, all siblings, or that there is none. */
final class ValueAnswer {
  private static final HttpString CONTENT_TYPE_OPTIONS = new HttpString("X-Content-Type-Options");
  private static final HttpString SECURITY_POLICY = new HttpString("Content-Security-Policy");
  private static final String OCTET_STREAM = "application/octet-stream";
  private static final byte[] LINE_END = {'\r', '\n'};

  private final BytesInFlight inFlight;

  ValueAnswer(BytesInFlight inFlight) {
    this.inFlight = inFlight;
  }

  void send(HttpServerExchange exchange, Answer answer, boolean all) {
    if (answer instanceof Answer.Found found) {
      sendFound(exchange, found, all);
    } else {
      sendNotFound(exchange, (Answer.NotFound) answer);
    }
  }

  private static void sendNotFound(HttpServerExchange exchange, Answer.NotFound answer) {
    HeaderMap headers = exchange.getResponseHeaders();
    if (!answer.version().isEmpty()) {
      headers.put(VoluteHeaders.VERSION, ContextToken.encode(answer.version()));
    }
    headers.put(VoluteHeaders.SIBLINGS, "0");
    headers.put(VoluteHeaders.ACKS, answer.acks() + "/" + answer.owners());
    ErrorAnswer.send(exchange, StatusCodes.NOT_FOUND, "the key has no value");
  }

  private void sendFound(HttpServerExchange exchange, Answer.Found found, boolean all) {
    String token = ContextToken.encode(found.version());
    KeyEndpoints.putHeaders(
        exchange.getResponseHeaders(),
        token,
        found.siblings().size(),
        found.acks(),
        found.owners());
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
        sendOne(exchange, found.siblings().get(0), EntityTags.of(token));
      }
    }
  }

  /** A slow reader holds its values until it has them, so they count against the common bound. */
  private boolean charge(HttpServerExchange exchange, Answer.Found found) {
    long sum = 0;
    for (Answer.Sibling sibling : found.siblings()) {
      sum += sibling.value().map(Value::sizeBytes).orElse(0L);
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

  private static void sendOne(HttpServerExchange exchange, Answer.Sibling sibling, String etag) {
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
    byte[] bytes = sibling.value().orElseThrow().bytes();
    ByteSpan span = ByteSpan.of(exchange, bytes.length, etag);
    if (span == null) {
      span = new ByteSpan(0, bytes.length);
    } else if (span.length() == 0) {
      headers.put(Headers.CONTENT_RANGE, "bytes */" + bytes.length);
      ErrorAnswer.send(
          exchange,
          StatusCodes.REQUEST_RANGE_NOT_SATISFIABLE,
          "Range: the value has only " + bytes.length + " bytes");
      return;
    } else {
      exchange.setStatusCode(StatusCodes.PARTIAL_CONTENT);
      int last = span.first() + span.length() - 1;
      headers.put(Headers.CONTENT_RANGE, "bytes " + span.first() + "-" + last + "/" + bytes.length);
    }
    exchange.setResponseContentLength(span.length());
    new BodyWriter(exchange)
        .writeLast(List.of(ByteBuffer.wrap(bytes, span.first(), span.length())));
  }

  private static void sendAll(HttpServerExchange exchange, List<Answer.Sibling> siblings) {
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
    List<ByteBuffer> parts = new ArrayList<>(siblings.size() * 3 + 1);
    for (Answer.Sibling sibling : siblings) {
      parts.add(ascii(partHead(boundary, sibling)));
      parts.add(ByteBuffer.wrap(sibling.value().orElseThrow().bytes()));
      parts.add(ByteBuffer.wrap(LINE_END));
    }
    parts.add(ascii("--" + boundary + "--\r\n"));
    exchange.setResponseContentLength(parts.stream().mapToLong(ByteBuffer::remaining).sum());
    new BodyWriter(exchange).writeLast(parts);
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
