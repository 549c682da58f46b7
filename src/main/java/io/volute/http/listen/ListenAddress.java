package io.volute.http.listen;

import java.nio.charset.StandardCharsets;

/**
 * Where clients reach the daemon: {@code host:port} for TCP, or a path with {@code /} for a unix
 * domain socket.
 */
public sealed interface ListenAddress {
  /** The address as a user would write it. */
  String text();

  /**
   * A host name or address and a port; port 0 lets the system choose one.
   *
   * @param host without brackets
   * @param port 0 to 65535
   */
  record Tcp(String host, int port) implements ListenAddress {
    @Override
    public String text() {
      return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
  }

  /**
   * A unix domain socket.
   *
   * @param path absolute or relative to the working directory
   */
  record Unix(String path) implements ListenAddress {
    @Override
    public String text() {
      return path;
    }
  }

  /**
   * Reads an address as it stands in a flag or a settings file.
   *
   * @throws IllegalArgumentException with what is allowed
   */
  static ListenAddress parse(String text) {
    if (text.indexOf('/') >= 0) {
      int length = text.getBytes(StandardCharsets.UTF_8).length;
      if (length > SocketFile.PATH_LIMIT_BYTES) {
        throw new IllegalArgumentException(
            "'" + text + "' has " + length + " bytes, the path of a socket can have "
                + SocketFile.PATH_LIMIT_BYTES);
      }
      return new Unix(text);
    }
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? "" : text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    } else if (host.indexOf(':') >= 0) {
      host = "";
    }
    int port = colon < 0 ? -1 : parsePort(text.substring(colon + 1));
    if (host.isEmpty() || port < 0) {
      throw new IllegalArgumentException(
          "'" + text + "' is neither host:port, [address]:port nor a path with '/'");
    }
    return new Tcp(host, port);
  }

  private static int parsePort(String text) {
    if (text.isEmpty() || text.length() > 5 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return -1;
    }
    int port = Integer.parseInt(text);
    return port <= 65535 ? port : -1;
  }
}
