package io.volute.client.link;

import io.volute.identity.HostPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Where a node listens for clients: a host and port, or a unix domain socket. */
public final class Target {
  /** What a user is told when an address is refused. */
  public static final String RULE =
      "HOST:PORT, https://HOST:PORT, or the path of a unix socket with a / in it";

  private static final String PLAIN = "http://";
  private static final String SEALED = "https://";

  private final String text;
  private final HostPort tcp;
  private final Path socket;
  private final boolean isTls;

  private Target(String text, HostPort tcp, Path socket, boolean isTls) {
    this.text = text;
    this.tcp = tcp;
    this.socket = socket;
    this.isTls = isTls;
  }

  /**
   * Reads an address; one with a slash is the path of a socket.
   *
   * @throws IllegalArgumentException with the address and what is allowed
   */
  public static Target parse(String text) {
    boolean isTls = text.startsWith(SEALED);
    String place = text;
    if (isTls || text.startsWith(PLAIN)) {
      place = text.substring(isTls ? SEALED.length() : PLAIN.length());
      place = place.endsWith("/") ? place.substring(0, place.length() - 1) : place;
      if (place.contains("/")) {
        throw refusal(text);
      }
    }
    if (!place.contains("/")) {
      HostPort tcp = HostPort.parse(place).orElseThrow(() -> refusal(text));
      return new Target(text, tcp, null, isTls);
    }
    if (text.contains("://")) {
      throw refusal(text);
    }
    try {
      return new Target(text, null, Path.of(text), false);
    } catch (InvalidPathException e) {
      throw refusal(text);
    }
  }

  private static IllegalArgumentException refusal(String text) {
    return new IllegalArgumentException("address '" + text + "': allowed is " + RULE);
  }

  /** All addresses to try, in order; a name may stand for several. */
  List<SocketAddress> resolve() throws IOException {
    if (socket != null) {
      return List.of(UnixDomainSocketAddress.of(socket));
    }
    List<SocketAddress> addresses = new ArrayList<>();
    for (InetAddress address : InetAddress.getAllByName(tcp.host())) {
      addresses.add(new InetSocketAddress(address, tcp.port()));
    }
    return addresses;
  }

  boolean isUnix() {
    return socket != null;
  }

  /** Whether the bytes are sealed by TLS. */
  boolean isTls() {
    return isTls;
  }

  /** The host, without brackets; not for a unix socket. */
  String host() {
    return tcp.host();
  }

  int port() {
    return tcp.port();
  }

  /** What the Host header says. */
  public String hostHeader() {
    return socket != null ? "localhost" : tcp.toString();
  }

  @Override
  public String toString() {
    return text;
  }
}
