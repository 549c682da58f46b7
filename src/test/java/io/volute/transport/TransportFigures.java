package io.volute.transport;

import io.volute.identity.Endpoint;
import io.volute.identity.HostPort;
import io.volute.identity.NodeId;
import io.volute.message.Message;
import io.volute.record.Value;
import io.volute.transport.seal.Checksum;
import io.volute.transport.seal.Guard;
import io.volute.transport.seal.TestGuards;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Round trips and bulk over the loopback interface, beside plain TCP in the same run: figures for
 * {@code docs/internals/transport.md}. Not a test; run {@code main}. Both ends are threads of this
 * process, so CPU seconds are those of both.
 */
public final class TransportFigures {
  private static final NodeId ALICE = new NodeId("alice");
  private static final NodeId BOB = new NodeId("bob");
  private static final int ROUNDS = 20_000;
  private static final int WARM_UP = 10_000;
  private static final int BULK_BYTES = 1 << 20;
  private static final int BULK_COUNT = 1000;
  private static final int SMALL_BYTES = 100;

  private static String host = "127.0.0.1";

  private TransportFigures() {}

  /**
   * Runs all of it.
   *
   * @param arguments how many times, and an address of this machine: with one that is not loopback
   *     datagrams have the size that they have on its networks
   */
  public static void main(String[] arguments) throws Exception {
    int times = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1;
    host = arguments.length > 1 ? arguments[1] : host;
    for (int i = 0; i < times; i++) {
      tcp();
      udp("plain", null);
      udp("reliable", new Checksum());
      udp("sealed", TestGuards.of("a"));
    }
  }

  private static void show(String what, long[] nanos, long bulkNanos, long cpuNanos) {
    Arrays.sort(nanos);
    System.out.printf(
        Locale.ROOT,
        "%-9s round trip p50 %4d us p99 %4d us, bulk %5.0f MB/s, %5.2f CPU s/GB%n",
        what,
        nanos[nanos.length / 2] / 1000,
        nanos[nanos.length * 99 / 100] / 1000,
        bulkNanos == 0 ? 0 : 1e3 * BULK_COUNT * BULK_BYTES / bulkNanos,
        cpuNanos / (double) BULK_COUNT / BULK_BYTES);
  }

  private static long cpuNanos() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  /** A thread that sends small values back and answers large ones with a small message. */
  private static final class Echo {
    private final PeerTransport transport;
    private final Thread thread = new Thread(this::run, "echo");
    private volatile Endpoint back;
    private volatile boolean closing;

    Echo(PeerTransport transport) {
      this.transport = transport;
    }

    private void run() {
      while (!closing) {
        int work = transport.poll(this::onMessage, 128);
        if (work > 0 || transport.restMillis() <= 0) {
          transport.flush();
        } else {
          transport.await(Math.min(1000, transport.restMillis()));
        }
      }
      transport.close();
    }

    private void onMessage(NodeId from, Message message) {
      Message.FetchedValue value = (Message.FetchedValue) message;
      if (value.value().orElse(Value.EMPTY).sizeBytes() > SMALL_BYTES) {
        transport.send(back, new Message.FetchedValue(value.requestId(), Optional.empty()));
      } else {
        transport.send(back, message);
      }
    }

    void stop() throws InterruptedException {
      closing = true;
      transport.wakeup();
      thread.join();
    }
  }

  private static PeerTransport open(NodeId node, Guard guard) throws IOException {
    return guard == null
        ? DatagramTransport.open(host, 0, node, 1, peer -> true)
        : ReliableTransport.open(host, 0, node, guard, peer -> true);
  }

  private static Endpoint endpoint(NodeId node, PeerTransport transport) {
    return new Endpoint(node, new HostPort(host, transport.localAddress().getPort()));
  }

  private static void udp(String what, Guard guard) throws Exception {
    PeerTransport alice = open(ALICE, guard);
    Echo echo = new Echo(open(BOB, guard));
    try {
      echo.back = endpoint(ALICE, alice);
      Endpoint bob = endpoint(BOB, echo.transport);
      echo.thread.start();
      long[] nanos = new long[ROUNDS];
      Value small = Value.of(new byte[SMALL_BYTES]);
      int[] answers = {0};
      for (int i = -WARM_UP; i < ROUNDS; i++) {
        long start = System.nanoTime();
        int expected = answers[0] + 1;
        alice.send(bob, new Message.FetchedValue(i, Optional.of(small)));
        alice.flush();
        turnUntil(alice, answers, expected);
        nanos[Math.max(0, i)] = System.nanoTime() - start;
      }
      long cpu = cpuNanos();
      long start = System.nanoTime();
      if (guard != null) {
        bulk(alice, bob, answers);
      }
      long bulkNanos = guard == null ? 0 : System.nanoTime() - start;
      show(what, nanos, bulkNanos, cpuNanos() - cpu);
      if (guard != null) {
        System.out.printf(
            "          lost %d of %d datagrams%n",
            alice.counters().get(TransportCounter.LOST_DATAGRAMS),
            alice.counters().get(TransportCounter.SENT_DATAGRAMS));
      }
    } finally {
      echo.stop();
      alice.close();
    }
  }

  private static void turnUntil(PeerTransport transport, int[] answers, int expected) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (answers[0] < expected && System.nanoTime() < end) {
      if (transport.poll((from, message) -> answers[0]++, 128) > 0 || transport.restMillis() <= 0) {
        transport.flush();
      } else {
        transport.await(Math.min(1000, transport.restMillis()));
      }
    }
  }

  private static void bulk(PeerTransport alice, Endpoint bob, int[] answers) {
    Value large = Value.of(new byte[BULK_BYTES]);
    int done = answers[0] + BULK_COUNT;
    for (int i = 0; i < BULK_COUNT; i++) {
      while (!alice.hasRoom(BOB)) {
        turnUntil(alice, answers, answers[0] + 1);
      }
      alice.send(bob, new Message.FetchedValue(1_000_000 + i, Optional.of(large)));
      alice.flush();
      alice.poll((from, message) -> answers[0]++, 128);
    }
    turnUntil(alice, answers, done);
  }

  private static void tcp() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread thread = new Thread(() -> answer(server), "tcp echo");
      thread.start();
      try (Socket socket = new Socket(server.getInetAddress(), server.getLocalPort())) {
        socket.setTcpNoDelay(true);
        DataOutputStream out = new DataOutputStream(socket.getOutputStream());
        DataInputStream in = new DataInputStream(socket.getInputStream());
        byte[] small = new byte[SMALL_BYTES];
        long[] nanos = new long[ROUNDS];
        for (int i = -WARM_UP; i < ROUNDS; i++) {
          long start = System.nanoTime();
          out.write(small);
          in.readFully(small);
          nanos[Math.max(0, i)] = System.nanoTime() - start;
        }
        byte[] large = new byte[BULK_BYTES];
        long cpu = cpuNanos();
        long start = System.nanoTime();
        for (int i = 0; i < BULK_COUNT; i++) {
          out.write(large);
        }
        in.readFully(small);
        show("tcp", nanos, System.nanoTime() - start, cpuNanos() - cpu);
      }
      thread.join();
    }
  }

  private static void answer(ServerSocket server) {
    try (Socket socket = server.accept()) {
      socket.setTcpNoDelay(true);
      DataOutputStream out = new DataOutputStream(socket.getOutputStream());
      DataInputStream in = new DataInputStream(socket.getInputStream());
      byte[] small = new byte[SMALL_BYTES];
      for (int i = -WARM_UP; i < ROUNDS; i++) {
        in.readFully(small);
        out.write(small);
      }
      byte[] large = new byte[BULK_BYTES];
      for (int i = 0; i < BULK_COUNT; i++) {
        in.readFully(large);
      }
      out.write(small);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
