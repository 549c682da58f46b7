package io.volute.transport;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/** Addresses that are written as numbers, and are known without asking anybody. */
final class LiteralAddress {
  private static final int V4_BYTES = 4;

  private LiteralAddress() {}

  /** Empty for anything that would have to be looked up. */
  static Optional<InetAddress> parse(String host) {
    try {
      if (host.indexOf(':') < 0) {
        byte[] address = parseV4(host);
        return address == null ? Optional.empty() : Optional.of(InetAddress.getByAddress(address));
      }
      // With such a beginning and a colon the library reads a literal or throws; it doesn't ask.
      boolean isLiteral = host.charAt(0) == ':' || Character.digit(host.charAt(0), 16) >= 0;
      return isLiteral ? Optional.of(InetAddress.getByName(host)) : Optional.empty();
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  /** Four decimal numbers, as everybody writes them; null for the library's older forms. */
  private static byte[] parseV4(String host) {
    String[] parts = host.split("\\.", -1);
    if (parts.length != V4_BYTES) {
      return null;
    }
    byte[] address = new byte[V4_BYTES];
    for (int i = 0; i < V4_BYTES; i++) {
      String part = parts[i];
      if (part.isEmpty()
          || part.length() > 3
          || !part.chars().allMatch(c -> c >= '0' && c <= '9')) {
        return null;
      }
      int number = Integer.parseInt(part);
      if (number > 255) {
        return null;
      }
      address[i] = (byte) number;
    }
    return address;
  }
}
