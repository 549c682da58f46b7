package io.volute.http;

import io.undertow.server.HttpHandler;
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
import java.util.function.UnaryOperator;

/** A server on a free port and a unix socket, before a node in memory or another handler. */
final class ServerFixture implements AutoCloseable {
  final MemoryNode node = new MemoryNode();
  final HttpServer server;
  final Path directory;
  private Map<Door, ListenAddress> addresses;

  private ServerFixture(UnaryOperator<HttpSettings> change, HttpHandler handler)
      throws IOException {
    directory = Files.createTempDirectory("http");
    server = openSomewhere(change, handler);
  }

  private HttpServer openSomewhere(UnaryOperator<HttpSettings> change, HttpHandler handler)
      throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        addresses = Map.of(Door.TCP, freePort(), Door.UNIX, socket());
        HttpSettings settings = change.apply(settings(List.copyOf(addresses.values())));
        return handler == null
            ? HttpServer.open(settings, node)
            : HttpServer.open(settings, handler);
      } catch (ListenException e) {
        // Somebody else has taken the port that was free a moment ago.
        if (attempt == 5) {
          throw e;
        }
      }
    }
  }

  static HttpSettings settings(List<ListenAddress> listen) {
    return HttpSettings.of(listen, "0.1.0");
  }

  static ListenAddress.Tcp freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return new ListenAddress.Tcp(new HostPort("localhost", socket.getLocalPort()));
    }
  }

  ListenAddress address(Door door) {
    return addresses.get(door);
  }

  private ListenAddress socket() {
    return new ListenAddress.UnixSocket(directory.resolve("socket").toString());
  }

  static ServerFixture open() throws IOException {
    return new ServerFixture(UnaryOperator.identity(), null);
  }

  static ServerFixture open(UnaryOperator<HttpSettings> change) throws IOException {
    return new ServerFixture(change, null);
  }

  static ServerFixture open(UnaryOperator<HttpSettings> change, HttpHandler handler)
      throws IOException {
    return new ServerFixture(change, handler);
  }

  RawClient connect(Door door) throws IOException {
    return RawClient.connect(address(door));
  }

  /** One request on a connection of its own. */
  RawClient.Response ask(Door door, String method, String target, String... headers)
      throws IOException {
    return ask(door, method, target, new byte[0], headers);
  }

  RawClient.Response ask(Door door, String method, String target, byte[] body, String... headers)
      throws IOException {
    try (RawClient client = connect(door)) {
      return client.request(method, target, body, headers).response(method.equals("HEAD"));
    }
  }

  @Override
  public void close() throws IOException {
    server.stop(Duration.ofSeconds(5));
    node.close();
    try (var files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }
}
