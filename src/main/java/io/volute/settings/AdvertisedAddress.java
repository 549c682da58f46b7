package io.volute.settings;

import io.volute.identity.HostPort;
import java.util.Optional;

/**
 * The address that peers are told to use, where it differs from the one that is bound.
 *
 * @param host a name or a literal address without brackets
 * @param port empty for the bound port
 */
public record AdvertisedAddress(String host, Optional<Integer> port) {
  /** What a user is told when an address is refused. */
  public static final String RULE = "HOST or HOST:PORT with a port from 1 to 65535";

  /** Reads a host, in brackets or not, with or without a port; empty when it is neither. */
  public static Optional<AdvertisedAddress> parse(String text) {
    Optional<AdvertisedAddress> alone =
        ValueForm.host().read(text).map(host -> new AdvertisedAddress(host, Optional.empty()));
    if (alone.isPresent()) {
      return alone;
    }
    return HostPort.parse(text)
        .map(address -> new AdvertisedAddress(address.host(), Optional.of(address.port())));
  }

  /** The whole address, given the port that is bound. */
  public HostPort at(int boundPort) {
    return new HostPort(host, port.orElse(boundPort));
  }
}
