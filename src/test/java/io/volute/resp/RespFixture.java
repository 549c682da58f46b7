package io.volute.resp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.volute.identity.HostPort;
import io.volute.listen.ListenException;
import io.volute.settings.ListenAddress;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** A server on a free port and a unix socket, before a node in memory. */
final class RespFixture implements AutoCloseable {
  /** The two kinds of listeners, which must behave alike. */
  enum Door {
    TCP,
    UNIX
  }

  private static final int PORT_ATTEMPTS = 5;

  final KeyMap node = new KeyMap();
  final RespServer server;
  private final Path directory;
  private Map<Door, ListenAddress> addresses;

  private RespFixture(UnaryOperator<RespSettings> change) throws IOException {
    directory = Files.createTempDirectory("resp");
    server = openSomewhere(change);
  }

  static RespFixture open() throws IOException {
    return new RespFixture(UnaryOperator.identity());
  }

  static RespFixture open(UnaryOperator<RespSettings> change) throws IOException {
    return new RespFixture(change);
  }

  private RespServer openSomewhere(UnaryOperator<RespSettings> change) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        addresses =
            Map.of(
                Door.TCP,
                freePort(),
                Door.UNIX,
                new ListenAddress.UnixSocket(directory.resolve("socket").toString()));
        return RespServer.open(
            change.apply(RespSettings.of(List.copyOf(addresses.values()), "0.1.0")), node);
      } catch (ListenException e) {
        // Somebody else has taken the port that was free a moment ago.
        if (attempt == PORT_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  static ListenAddress.Tcp freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return new ListenAddress.Tcp(new HostPort("localhost", socket.getLocalPort()));
    }
  }

  RespClient connect(Door door) throws IOException {
    return RespClient.connect(addresses.get(door));
  }

  /** What a reply holds is given back just after the client can have it. */
  static void awaitNothingHeld(RespServer server) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (server.bytesHeld() > 0 && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(1);
    }
    assertEquals(0, server.bytesHeld());
  }

  int port() {
    return ((ListenAddress.Tcp) addresses.get(Door.TCP)).address().port();
  }

  @Override
  public void close() throws IOException {
    server.stop(Duration.ofSeconds(5));
    node.close();
    Files.delete(directory);
  }
}
