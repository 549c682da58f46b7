package io.volute.http;

import io.undertow.io.IoCallback;
import io.undertow.io.Sender;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.xnio.IoUtils;

/**
 * Says no: one line of text, or {@code {"error":…}} for those who prefer JSON.
 *
 * <p>Where the request's body is still on its way, the connection is closed after the answer, but
 * not before a little of the body has been read: a close with unread input would take the answer
 * away from the client.
 */
final class ErrorAnswer {
  private static final int MAX_REASON_LENGTH = 500;
  private static final String RETRY_AFTER_SECONDS = "1";

  private ErrorAnswer() {}

  /** Answers with a reason: what was wrong and what is allowed. */
  static void send(HttpServerExchange exchange, int status, String reason) {
    String line = oneLine(reason);
    exchange.setStatusCode(status);
    byte[] body;
    if (Accepts.json(exchange)) {
      StringBuilder json = new StringBuilder(line.length() + 16).append('{');
      JsonText.appendField(json, "error", line).append("}\n");
      body = json.toString().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "application/json");
    } else {
      body = (line + "\n").getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "text/plain; charset=utf-8");
    }
    if (exchange.isRequestComplete()) {
      exchange.getResponseSender().send(ByteBuffer.wrap(body));
    } else {
      exchange.setPersistent(false);
      exchange.getResponseSender().send(ByteBuffer.wrap(body), new DrainAfterwards());
    }
  }

  /** The same for what was not begun, with the advice to come back in a moment. */
  static void sendRetryLater(HttpServerExchange exchange, int status, String reason) {
    if (!Routes.isRead(exchange.getRequestMethod())) {
      exchange.getResponseHeaders().put(VoluteHeaders.OUTCOME, "not-applied");
    }
    exchange.getResponseHeaders().put(Headers.RETRY_AFTER, RETRY_AFTER_SECONDS);
    send(exchange, status, reason);
  }

  /** The same for what is not begun, or not gone on with, since the server stops. */
  static void sendStopping(HttpServerExchange exchange) {
    exchange.setPersistent(false);
    sendRetryLater(exchange, StatusCodes.SERVICE_UNAVAILABLE, "stopping");
  }

  /** What can be sent of a reason that may quote the client: no control characters. */
  static String oneLine(String reason) {
    StringBuilder line = new StringBuilder(Math.min(reason.length(), MAX_REASON_LENGTH));
    for (int i = 0; i < reason.length() && i < MAX_REASON_LENGTH; i++) {
      char c = reason.charAt(i);
      line.append(c < 0x20 || c >= 0x7f && c < 0xa0 ? '?' : c);
    }
    return line.toString();
  }

  private static final class DrainAfterwards implements IoCallback {
    @Override
    public void onComplete(HttpServerExchange exchange, Sender sender) {
      RequestDrain.start(exchange);
    }

    @Override
    public void onException(HttpServerExchange exchange, Sender sender, IOException e) {
      IoUtils.safeClose(exchange.getConnection());
      exchange.endExchange();
    }
  }
}
