package io.volute.settings;

import io.volute.identity.HostPort;
import java.util.Optional;

/** Where clients are served. */
public sealed interface ListenAddress {
  /** What a user is told when an address is refused. */
  String RULE = HostPort.RULE + ", or a path of at most 106 bytes with /";

  /** Over TCP. */
  record Tcp(HostPort address) implements ListenAddress {
    @Override
    public boolean isPrivate() {
      return Loopback.isLoopback(address.host());
    }

    @Override
    public String toString() {
      return address.toString();
    }
  }

  /**
   * Over a unix domain socket.
   *
   * @param path of the socket file; holds a {@code /}
   */
  record UnixSocket(String path) implements ListenAddress {
    /** {@code sun_path} has 108 bytes on Linux; the JDK keeps two of them for itself. */
    public static final int MAX_PATH_BYTES = 106;

    @Override
    public boolean isPrivate() {
      return true;
    }

    @Override
    public String toString() {
      return path;
    }
  }

  /** Whether only users of this machine can reach it. */
  boolean isPrivate();

  /** Reads {@code host:port} or a path with {@code /}; empty when the text is neither. */
  static Optional<ListenAddress> parse(String text) {
    if (text.indexOf('/') < 0) {
      return HostPort.parse(text).map(Tcp::new);
    }
    return ValueForm.path(UnixSocket.MAX_PATH_BYTES).read(text).map(UnixSocket::new);
  }
}
