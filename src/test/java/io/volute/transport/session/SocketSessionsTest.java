package io.volute.transport.session;

import io.volute.testing.Generator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** The contract over sockets of this machine. */
@Timeout(120)
class SocketSessionsTest extends SessionsContract {
  private final List<SocketPath> opened = new ArrayList<>();

  @Override
  SimPath open(Generator random) {
    SocketPath path = new SocketPath(random);
    opened.add(path);
    return path;
  }

  @AfterEach
  void close() throws IOException {
    for (SocketPath each : opened) {
      each.close();
    }
  }
}
