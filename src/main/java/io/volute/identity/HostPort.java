package io.volute.identity;

import java.util.Optional;

/**
 * Where a member is reached: a host name or a literal address, and a port.
 *
 * @param host without brackets, also for IPv6
 * @param port 1 to 65535
 */
public record HostPort(String host, int port) implements Comparable<HostPort> {
  /** What a user is told when an address is refused. */
  public static final String RULE = "HOST:PORT with a port from 1 to 65535, IPv6 in [brackets]";

  private static final int MAX_HOST_LENGTH = 253;

  public HostPort {
    if (host.isEmpty() || host.length() > MAX_HOST_LENGTH || port < 1 || port > 65535) {
      throw new IllegalArgumentException("address '" + host + ":" + port + "': allowed is " + RULE);
    }
  }

  /** Reads {@code host:port} or {@code [v6]:port}; empty when the text is neither. */
  public static Optional<HostPort> parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 1 || colon == text.length() - 1 || text.length() - colon > 6) {
      return Optional.empty();
    }
    String host = text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    } else if (host.indexOf(':') >= 0) {
      return Optional.empty();
    }
    String digits = text.substring(colon + 1);
    if (!digits.chars().allMatch(c -> c >= '0' && c <= '9') || !isPlausibleHost(host)) {
      return Optional.empty();
    }
    int port = Integer.parseInt(digits);
    return port < 1 || port > 65535 ? Optional.empty() : Optional.of(new HostPort(host, port));
  }

  private static boolean isPlausibleHost(String host) {
    return !host.isEmpty()
        && host.length() <= MAX_HOST_LENGTH
        && host.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '/' && c != '[' && c != ']');
  }

  @Override
  public int compareTo(HostPort other) {
    int byHost = host.compareTo(other.host);
    return byHost != 0 ? byHost : Integer.compare(port, other.port);
  }

  @Override
  public String toString() {
    return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
  }
}
