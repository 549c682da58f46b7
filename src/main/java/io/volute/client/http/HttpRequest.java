package io.volute.client.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A request in the making: path, parameters, headers, body. */
public final class HttpRequest {
  private record Header(String name, String value) {}

  private final String method;
  private final StringBuilder target;
  private final List<Header> headers = new ArrayList<>();
  private RequestBody body;
  private boolean hasParameters;

  private HttpRequest(String method, String path) {
    this.method = method;
    this.target = new StringBuilder(path);
  }

  /** A read of {@code path}. */
  public static HttpRequest get(String path) {
    return new HttpRequest("GET", path);
  }

  /** A change at {@code path}; without a body it says that it has none. */
  public static HttpRequest post(String path) {
    return new HttpRequest("POST", path);
  }

  /**
   * Adds a parameter to the query; nothing for a value that is null.
   *
   * @throws IllegalArgumentException when the value is not Unicode
   */
  public HttpRequest parameter(String name, String value) {
    if (value != null) {
      target.append(hasParameters ? '&' : '?').append(name).append('=');
      PercentEncoding.append(target, value);
      hasParameters = true;
    }
    return this;
  }

  /**
   * Adds a header; nothing for a value that is null.
   *
   * @throws IllegalArgumentException for a value that would not stay within its line
   */
  public HttpRequest header(String name, String value) {
    if (value != null) {
      if (!value.chars().allMatch(c -> c >= ' ' && c < 0x7f)) {
        throw new IllegalArgumentException(name + ": allowed are printable ASCII characters");
      }
      headers.add(new Header(name, value));
    }
    return this;
  }

  /** Gives it a body. */
  public HttpRequest body(RequestBody newBody) {
    this.body = newBody;
    return this;
  }

  /** Whether it carries one. */
  public boolean hasBody() {
    return body != null;
  }

  Optional<RequestBody> body() {
    return Optional.ofNullable(body);
  }

  boolean isChunked() {
    return body != null && body.length() == RequestBody.UNKNOWN;
  }

  /** The request line and the header block, with the empty line. */
  String head(String host, String token) {
    StringBuilder head = new StringBuilder(256);
    head.append(method).append(' ').append(target).append(" HTTP/1.1\r\nHost: ").append(host);
    head.append("\r\n");
    if (!token.isEmpty()) {
      head.append("Authorization: Bearer ").append(token).append("\r\n");
    }
    for (Header header : headers) {
      head.append(header.name()).append(": ").append(header.value()).append("\r\n");
    }
    if (isChunked()) {
      head.append("Transfer-Encoding: chunked\r\n");
    } else if (body != null) {
      head.append("Content-Length: ").append(body.length()).append("\r\n");
    } else if (!method.equals("GET")) {
      head.append("Content-Length: 0\r\n");
    }
    return head.append("\r\n").toString();
  }
}
