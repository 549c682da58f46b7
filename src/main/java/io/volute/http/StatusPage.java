package io.volute.http;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * The page at {@code /}: one file without anything from elsewhere. It holds no data; its script
 * asks the node for that as any client does, so it is shown without a token and asks for one where
 * the node does.
 */
final class StatusPage implements Endpoint {
  static final String PATH = "/";

  private static final String RESOURCE = "status.html";
  private static final HttpString SECURITY_POLICY = new HttpString("Content-Security-Policy");
  private static final HttpString FRAME_OPTIONS = new HttpString("X-Frame-Options");
  private static final HttpString CONTENT_TYPE_OPTIONS = new HttpString("X-Content-Type-Options");

  private final byte[] page;
  private final String policy;

  StatusPage() {
    page = load();
    String text = new String(page, StandardCharsets.UTF_8);
    // Just this script and this style: nothing that finds its way into the page would run.
    policy =
        "default-src 'none'; connect-src 'self'; img-src data:; base-uri 'none';"
            + " form-action 'none'; frame-ancestors 'none'; script-src '"
            + hash(text, "script")
            + "'; style-src '"
            + hash(text, "style")
            + "'";
  }

  private static byte[] load() {
    try (InputStream in = StatusPage.class.getResourceAsStream(RESOURCE)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new IllegalStateException("the status page is not in the jar", e);
    }
  }

  private static String hash(String text, String tag) {
    int start = text.indexOf("<" + tag + ">") + tag.length() + 2;
    String content = text.substring(start, text.indexOf("</" + tag + ">", start));
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
      return "sha256-" + Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has it", e);
    }
  }

  @Override
  public void handle(HttpServerExchange exchange, QueryParameters query) {
    HeaderMap headers = exchange.getResponseHeaders();
    headers.put(Headers.CONTENT_TYPE, "text/html; charset=utf-8");
    headers.put(Headers.CACHE_CONTROL, "no-cache");
    headers.put(SECURITY_POLICY, policy);
    headers.put(FRAME_OPTIONS, "DENY");
    headers.put(CONTENT_TYPE_OPTIONS, "nosniff");
    exchange.getResponseSender().send(ByteBuffer.wrap(page));
  }
}
