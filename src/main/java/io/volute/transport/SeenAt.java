package io.volute.transport;

import io.volute.identity.HostPort;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Optional;

/** Where a datagram came from, as an address to answer to. */
final class SeenAt {
  private SeenAt() {}

  /** Empty for what is no address of the internet, or port 0, which nobody can be answered at. */
  static Optional<HostPort> of(SocketAddress from) {
    if (from instanceof InetSocketAddress internet
        && internet.getAddress() != null
        && internet.getPort() > 0) {
      return Optional.of(new HostPort(internet.getAddress().getHostAddress(), internet.getPort()));
    }
    return Optional.empty();
  }
}
