package io.volute.http;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Answers for a node that reads its log before it can serve: how far that is, with 503. It opens
 * when it is first told, so a start that takes a moment only has none, and is closed before the
 * node's own server is opened. For one thread.
 */
public final class StartDoor implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(StartDoor.class.getName());

  private final HttpSettings settings;
  private HttpServer server;
  private boolean tried;

  /** Read by the server's threads. */
  private volatile long percent;

  public StartDoor(HttpSettings settings) {
    this.settings = settings;
  }

  /**
   * Tells how far the start is.
   *
   * @param percentRead of the log, 0 to 100
   */
  public void told(long percentRead) {
    percent = percentRead;
    if (!tried) {
      tried = true;
      try {
        server = HttpServer.open(settings, this::answer);
      } catch (IOException e) {
        // The node's own server will say so as well, and that ends the start.
        LOG.log(
            System.Logger.Level.WARNING,
            "nobody can ask how far the start is: {0}",
            e.getMessage());
      }
    }
  }

  private void answer(HttpServerExchange exchange) {
    String reason = "starting: " + percent + "% of the log is read";
    if (!exchange.getRelativePath().equals("/status") || !Accepts.json(exchange)) {
      ErrorAnswer.sendRetryLater(exchange, StatusCodes.SERVICE_UNAVAILABLE, reason);
      return;
    }
    StringBuilder json = new StringBuilder("{");
    JsonText.appendField(json, "state", "starting").append(',');
    JsonText.appendField(json, "version", settings.programVersion()).append(',');
    JsonText.appendField(json, "percent", percent).append("}\n");
    exchange.setStatusCode(StatusCodes.SERVICE_UNAVAILABLE);
    exchange.getResponseHeaders().put(Headers.RETRY_AFTER, "1");
    exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "application/json");
    byte[] body = json.toString().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseSender().send(ByteBuffer.wrap(body));
  }

  @Override
  public void close() {
    if (server != null) {
      server.stop(Duration.ZERO, Duration.ZERO);
      server = null;
    }
  }
}
