package io.volute.identity;

import java.util.Optional;
import java.util.regex.Pattern;

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
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]*");
  private static final Pattern IPV6 =
      Pattern.compile("[0-9A-Fa-f.]*:[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*(%[A-Za-z0-9._-]+)?");

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
    boolean bracketed = host.length() > 2 && host.startsWith("[") && host.endsWith("]");
    if (bracketed) {
      host = host.substring(1, host.length() - 1);
    }
    // Brackets go with IPv6 and with nothing else: without them its last group would be a port.
    boolean isHost = bracketed == (host.indexOf(':') >= 0) && isHost(host);
    String digits = text.substring(colon + 1);
    if (!isHost || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return Optional.empty();
    }
    int port = Integer.parseInt(digits);
    return port < 1 || port > 65535 ? Optional.empty() : Optional.of(new HostPort(host, port));
  }

  /** Whether this is written like a host name, an IPv4 address, or an IPv6 one without brackets. */
  public static boolean isHost(String host) {
    return host.length() <= MAX_HOST_LENGTH
        && (NAME.matcher(host).matches() || IPV6.matcher(host).matches());
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
