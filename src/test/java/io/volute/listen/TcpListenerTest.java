package io.volute.listen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.identity.HostPort;
import io.volute.settings.ListenAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.StreamConnection;
import org.xnio.Xnio;
import org.xnio.XnioIoThread;
import org.xnio.XnioWorker;

@Timeout(30)
class TcpListenerTest {
  private static final int THREADS = 2;

  private final BlockingQueue<StreamConnection> served = new LinkedBlockingQueue<>();
  private ListenAddress.Tcp address;
  private XnioWorker worker;
  private IoThreads threads;

  @BeforeEach
  void makeThreads() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      address = new ListenAddress.Tcp(new HostPort("127.0.0.1", free.getLocalPort()));
    }
    worker =
        Xnio.getInstance()
            .createWorker(
                OptionMap.create(Options.THREAD_DAEMON, true, Options.WORKER_IO_THREADS, 1));
    threads = IoThreads.start(worker, THREADS);
  }

  @AfterEach
  void endThreads() throws InterruptedException {
    threads.close();
    worker.shutdownNow();
    assertTrue(worker.awaitTermination(5, TimeUnit.SECONDS));
  }

  private TcpListener open(int maxConnections) throws ListenException {
    return TcpListener.open(threads, address, OptionMap.EMPTY, maxConnections, served::add);
  }

  private Socket dial() throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), address.address().port());
  }

  @Test
  void shouldServeEachConnectionOnOneOfItsThreads() throws Exception {
    List<Socket> clients = new ArrayList<>();
    try (TcpListener listener = open(10)) {
      Set<XnioIoThread> used = new HashSet<>();
      for (int i = 0; i < 2 * THREADS; i++) {
        Socket client = dial();
        clients.add(client);
        StreamConnection connection = served.take();
        used.add(connection.getIoThread());
        assertEquals(client.getLocalSocketAddress(), connection.getPeerAddress());
        assertEquals(client.getRemoteSocketAddress(), connection.getLocalAddress());
      }
      assertEquals(THREADS, used.size());
      assertEquals(2 * THREADS, listener.connections());
    } finally {
      for (Socket client : clients) {
        client.close();
      }
    }
  }

  @Test
  void shouldTakeClientsAgainOnceThereIsRoom() throws Exception {
    try (TcpListener listener = open(1)) {
      for (int i = 0; i < 20; i++) {
        try (Socket first = dial();
            Socket second = dial()) {
          StreamConnection served = this.served.take();
          // The other waits in the backlog, and is served once the first has gone.
          assertEquals(1, listener.connections());
          served.close();
          this.served.take().close();
          assertEquals(-1, first.getInputStream().read());
          assertEquals(-1, second.getInputStream().read());
        }
      }
    }
  }

  @Test
  void shouldKeepConnectionsWhenItTakesNoMoreAndEndThemWithItsThreads() throws Exception {
    TcpListener listener = open(10);
    try (Socket client = dial()) {
      StreamConnection connection = served.take();
      listener.close();
      awaitRefusal();
      assertTrue(connection.isOpen());
      threads.close();
      assertEquals(-1, client.getInputStream().read());
      assertEquals(0, listener.connections());
    }
  }

  /** The socket is given back by the thread that selects, at its next turn. */
  private void awaitRefusal() {
    boolean refused = false;
    while (!refused) {
      try (Socket client = dial()) {
        assertTrue(served.isEmpty(), () -> client + " is served");
      } catch (IOException e) {
        refused = true;
      }
    }
  }

  @Test
  @SuppressWarnings("try") // a resource that is there to be closed
  void shouldSayThatThePortIsInUse() throws Exception {
    try (TcpListener first = open(10)) {
      ListenException refused = assertThrows(ListenException.class, () -> open(10));
      assertTrue(refused.getMessage().contains("the port is in use"), refused::getMessage);
    }
  }
}
