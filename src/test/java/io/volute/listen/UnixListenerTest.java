package io.volute.listen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.xnio.ChannelListener;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.StreamConnection;
import org.xnio.Xnio;
import org.xnio.XnioWorker;

@Timeout(30)
@SuppressWarnings("try") // resources that are there to be closed
class UnixListenerTest {
  @TempDir Path directory;
  private XnioWorker worker;

  @BeforeEach
  void makeWorker() throws IOException {
    worker =
        Xnio.getInstance()
            .createWorker(
                OptionMap.create(Options.THREAD_DAEMON, true, Options.WORKER_IO_THREADS, 1));
  }

  @AfterEach
  void endWorker() throws InterruptedException {
    worker.shutdownNow();
    assertTrue(worker.awaitTermination(5, TimeUnit.SECONDS));
  }

  @Test
  void shouldServeOnASocketThatOnlyThisUserReaches() throws Exception {
    Path path = directory.resolve("s");
    try (UnixListener listener = open(path)) {
      assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
      assertEquals('!', greeting(path));
      assertEquals(path.toString(), listener.address());
      assertEquals(1, directory.toFile().list().length, "no other file is left beside it");
    }
    assertFalse(Files.exists(path), "removed at the end");
  }

  @Test
  void shouldReplaceASocketThatNobodyAnswersOn() throws Exception {
    Path path = directory.resolve("socket");
    try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dead.bind(UnixDomainSocketAddress.of(path));
    }
    assertTrue(Files.exists(path), "closing leaves the file, as a crash does");
    try (UnixListener listener = open(path)) {
      assertEquals('!', greeting(path));
    }
  }

  @Test
  void shouldRefuseASocketThatIsInUse() throws Exception {
    Path path = directory.resolve("socket");
    try (UnixListener first = open(path)) {
      ListenException refused = assertThrows(ListenException.class, () -> open(path));
      assertEquals(
          "can't listen on " + path + ": a running server is using this socket",
          refused.getMessage());
      assertEquals(path.toString(), refused.address());
      assertEquals('!', greeting(path));
    }
  }

  @Test
  void shouldRefuseASocketWhoseBacklogIsFull() throws Exception {
    Path path = directory.resolve("busy");
    try (ServerSocketChannel busy = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        SocketChannel first = SocketChannel.open(StandardProtocolFamily.UNIX);
        SocketChannel second = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      busy.bind(UnixDomainSocketAddress.of(path), 1);
      first.connect(UnixDomainSocketAddress.of(path));
      second.connect(UnixDomainSocketAddress.of(path));
      assertThrows(ListenException.class, () -> open(path));
      assertTrue(Files.exists(path));
    }
  }

  @Test
  void shouldLeaveAnOrdinaryFileAlone() throws Exception {
    Path path = directory.resolve("file");
    Files.writeString(path, "precious");
    ListenException refused = assertThrows(ListenException.class, () -> open(path));
    assertTrue(refused.getMessage().contains("no socket"), refused.getMessage());
    assertEquals("precious", Files.readString(path));
  }

  @Test
  void shouldNameAPathThatIsTooLong() {
    Path path = directory.resolve("x".repeat(120));
    ListenException refused = assertThrows(ListenException.class, () -> open(path));
    assertTrue(refused.getMessage().contains(path.toString()), refused.getMessage());
    assertTrue(refused.getMessage().contains("106"), refused.getMessage());
  }

  @Test
  void shouldUseTheWholeLengthThatThePlatformAllows() throws Exception {
    int rest = SocketFile.PATH_LIMIT_BYTES - directory.toString().length() - 1;
    Path path = directory.resolve("x".repeat(rest));
    try (UnixListener listener = open(path)) {
      assertEquals('!', greeting(path));
    }
  }

  @Test
  void shouldNameADirectoryThatDoesNotExist() {
    Path path = directory.resolve("none/socket");
    ListenException refused = assertThrows(ListenException.class, () -> open(path));
    assertTrue(refused.getMessage().contains("no directory"), refused.getMessage());
  }

  @Test
  void shouldLeaveAFileThatIsNoLongerItsOwn() throws Exception {
    Path path = directory.resolve("socket");
    UnixListener listener = open(path);
    Files.delete(path);
    Files.writeString(path, "somebody else's");
    listener.close();
    assertEquals("somebody else's", Files.readString(path));
  }

  @Test
  void shouldTakeClientsAgainOnceThereIsRoom() throws Exception {
    Path path = directory.resolve("socket");
    BlockingQueue<StreamConnection> open = new LinkedBlockingQueue<>();
    ChannelListener<StreamConnection> keepOpen = open::add;
    try (UnixListener listener =
        UnixListener.open(worker, 1, path.toString(), OptionMap.EMPTY, 1, keepOpen)) {
      for (int i = 0; i < 3; i++) {
        // Each stays in the backlog until the one before it has gone.
        try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
          awaitConnections(listener, 1);
        }
        // This protocol never reads, so it must be told that the client has gone.
        open.take().close();
        awaitConnections(listener, 0);
      }
    }
  }

  @Test
  void shouldTakeInWhoHasConnectedWhenItStops() throws Exception {
    Path path = directory.resolve("socket");
    CountDownLatch busy = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    BlockingQueue<StreamConnection> taken = new LinkedBlockingQueue<>();
    ChannelListener<StreamConnection> holdUp =
        connection -> {
          busy.countDown();
          awaitQuietly(goOn);
          taken.add(connection);
        };
    try (UnixListener listener =
            UnixListener.open(worker, 1, path.toString(), OptionMap.EMPTY, 10, holdUp);
        SocketChannel first = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      busy.await();
      // The thread that accepts is held up: these wait in the backlog.
      try (SocketChannel second = SocketChannel.open(UnixDomainSocketAddress.of(path));
          SocketChannel third = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
        Thread stop = new Thread(listener::stopAccepting);
        stop.start();
        while (Files.exists(path)) {
          Thread.sleep(1);
        }
        assertThrows(
            IOException.class, () -> SocketChannel.open(UnixDomainSocketAddress.of(path)).close());
        goOn.countDown();
        stop.join();
        assertEquals(3, listener.connections());
        for (int i = 0; i < 3; i++) {
          taken.take().close();
        }
      }
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void awaitConnections(UnixListener listener, int count)
      throws InterruptedException {
    for (int i = 0; i < 500 && listener.connections() != count; i++) {
      Thread.sleep(10);
    }
    assertEquals(count, listener.connections());
  }

  private UnixListener open(Path path) throws ListenException {
    ChannelListener<StreamConnection> greet =
        connection -> {
          try {
            connection.getSinkChannel().write(ByteBuffer.wrap(new byte[] {'!'}));
            connection.close();
          } catch (IOException e) {
            // A probe that has gone again.
          }
        };
    return UnixListener.open(worker, 1, path.toString(), OptionMap.EMPTY, 10, greet);
  }

  private static char greeting(Path path) throws IOException {
    try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      ByteBuffer greeting = ByteBuffer.allocate(1);
      assertEquals(1, client.read(greeting));
      return (char) greeting.get(0);
    }
  }
}
