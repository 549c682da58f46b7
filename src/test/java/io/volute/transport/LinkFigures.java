package io.volute.transport;

import io.volute.identity.Endpoint;
import io.volute.identity.HostPort;
import io.volute.identity.NodeId;
import io.volute.message.Message;
import io.volute.record.Value;
import io.volute.transport.seal.TestGuards;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Bulk over a real link between two processes, alone and beside TCP, and small messages meanwhile.
 * Not a test: {@code scripts/link-figures} makes the link and runs both ends.
 */
public final class LinkFigures {
  private static final NodeId CALLER = new NodeId("caller");
  private static final NodeId SERVER = new NodeId("server");
  private static final int CHUNK_BYTES = 64 << 10;
  private static final int CHUNKS_UNDER_WAY = 16;
  private static final long SMALL_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final int DATAGRAMS_A_TURN = 128;
  private static final int SMALL_BYTES = 100;
  private static final int WARM_UP_SECONDS = 3;

  /** Who moves bulk; else there are only small messages. */
  private static final String BOTH = "both";

  private static final String TCP = "tcp";
  private static final String VOLUTE = "volute";

  /** The first byte of a connection: what it is for. */
  private static final int BULK = 0;

  private static final int SMALL = 1;

  private LinkFigures() {}

  /**
   * {@code serve HOST PORT} or {@code call HOST PORT OWN_HOST SECONDS WHAT...}: bulk over tcp,
   * volute or both, or with any other word over neither. Small messages go over both each time:
   * beside the bulk of one, those of the other tell how much of their time is the link's.
   */
  public static void main(String[] arguments) throws Exception {
    String host = arguments[1];
    int port = Integer.parseInt(arguments[2]);
    if (arguments[0].equals("serve")) {
      serve(host, port);
      return;
    }
    long seconds = Long.parseLong(arguments[4]);
    new Call(arguments[3], new HostPort(host, port)).run(VOLUTE, WARM_UP_SECONDS);
    for (int i = 5; i < arguments.length; i++) {
      String what = arguments[i];
      Thread tcp = new Thread(() -> tcp(what, host, port, seconds), TCP);
      tcp.start();
      new Call(arguments[3], new HostPort(host, port)).run(what, seconds);
      tcp.join();
    }
  }

  private static void serve(String host, int port) throws IOException {
    Thread tcp = new Thread(() -> takeConnections(host, port), "tcp server");
    tcp.setDaemon(true);
    tcp.start();
    PeerTransport transport =
        ReliableTransport.open(host, port, SERVER, TestGuards.of("a"), CALLER::equals);
    HostPort[] caller = {null};
    MessageHandler handler =
        new MessageHandler() {
          @Override
          public void onMessage(NodeId from, Message message) {
            if (message instanceof Message.FetchedValue value && caller[0] != null) {
              Message answer = new Message.FetchedValue(value.requestId(), Optional.empty());
              transport.send(new Endpoint(from, caller[0]), answer);
            }
          }

          @Override
          public void onSeek(NodeId stranger, HostPort seenAt) {
            caller[0] = seenAt;
          }
        };
    while (true) {
      turn(transport, handler);
    }
  }

  private static void turn(PeerTransport transport, MessageHandler handler) {
    if (transport.poll(handler, DATAGRAMS_A_TURN) > 0 || transport.restMillis() <= 0) {
      transport.flush();
    } else {
      transport.await(Math.min(10, transport.restMillis()));
    }
  }

  /** The calling end of one transfer. */
  private static final class Call {
    private final Value chunk = Value.of(new byte[CHUNK_BYTES]);
    private final List<Long> smallMicros = new ArrayList<>();
    private final String ownHost;
    private final Endpoint server;
    private long sent;
    private long arrived;
    private long smallSentNanos;
    private boolean smallUnderWay;

    Call(String ownHost, HostPort server) {
      this.ownHost = ownHost;
      this.server = new Endpoint(SERVER, server);
    }

    void run(String what, long seconds) throws IOException {
      PeerTransport transport =
          ReliableTransport.open(ownHost, 0, CALLER, TestGuards.of("a"), SERVER::equals);
      transport.seek(server.address());
      long start = System.nanoTime();
      long end = start + TimeUnit.SECONDS.toNanos(seconds);
      int chunks = what.equals(VOLUTE) || what.equals(BOTH) ? CHUNKS_UNDER_WAY : 0;
      while (System.nanoTime() < end) {
        while (sent - arrived < chunks) {
          transport.send(server, new Message.FetchedValue(++sent, Optional.of(chunk)));
        }
        long now = System.nanoTime();
        if (!smallUnderWay && now - smallSentNanos >= SMALL_EVERY_NANOS) {
          smallUnderWay = true;
          smallSentNanos = now;
          Value small = Value.of(new byte[SMALL_BYTES]);
          transport.send(server, new Message.FetchedValue(-1, Optional.of(small)));
        }
        transport.flush();
        turn(transport, this::onAnswer);
      }
      double megabytes = arrived * (double) CHUNK_BYTES / 1e6;
      String lost =
          ", lost %d of %d datagrams"
              .formatted(
                  transport.counters().get(TransportCounter.LOST_DATAGRAMS),
                  transport.counters().get(TransportCounter.SENT_DATAGRAMS));
      show(what, VOLUTE, megabytes / seconds, smallMicros, lost);
      transport.close();
    }

    private void onAnswer(NodeId from, Message message) {
      if (((Message.FetchedValue) message).requestId() < 0) {
        smallUnderWay = false;
        smallMicros.add(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - smallSentNanos));
      } else {
        arrived++;
      }
    }
  }

  private static void tcp(String what, String host, int port, long seconds) {
    try (Socket socket = new Socket(host, port);
        Socket asking = new Socket(host, port)) {
      List<Long> smallMicros = new ArrayList<>();
      long start = System.nanoTime();
      long end = start + TimeUnit.SECONDS.toNanos(seconds);
      Thread asker = new Thread(() -> askOverTcp(asking, end, smallMicros), "tcp small");
      asker.start();
      DataOutputStream out = new DataOutputStream(socket.getOutputStream());
      out.write(BULK);
      byte[] chunk = new byte[CHUNK_BYTES];
      boolean isBulk = what.equals(TCP) || what.equals(BOTH);
      while (System.nanoTime() < end) {
        if (isBulk) {
          out.write(chunk);
        } else {
          TimeUnit.NANOSECONDS.sleep(SMALL_EVERY_NANOS);
        }
      }
      socket.shutdownOutput();
      long bytes = new DataInputStream(socket.getInputStream()).readLong();
      double taken = (System.nanoTime() - start) / 1e9;
      asker.join();
      show(what, TCP, bytes / taken / 1e6, smallMicros, "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Asks and waits for the answer, on a connection of its own beside the bulk. */
  private static void askOverTcp(Socket socket, long end, List<Long> smallMicros) {
    try {
      socket.setTcpNoDelay(true);
      DataOutputStream out = new DataOutputStream(socket.getOutputStream());
      DataInputStream in = new DataInputStream(socket.getInputStream());
      out.write(SMALL);
      byte[] small = new byte[SMALL_BYTES];
      while (System.nanoTime() < end) {
        long sentNanos = System.nanoTime();
        out.write(small);
        in.readFully(small);
        smallMicros.add(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - sentNanos));
        TimeUnit.NANOSECONDS.sleep(SMALL_EVERY_NANOS);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void takeConnections(String host, int port) {
    try (ServerSocket server = new ServerSocket(port, 8, InetAddress.getByName(host))) {
      while (true) {
        Socket socket = server.accept();
        Thread thread = new Thread(() -> serveConnection(socket), "tcp connection");
        thread.setDaemon(true);
        thread.start();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void serveConnection(Socket accepted) {
    try (Socket socket = accepted) {
      socket.setTcpNoDelay(true);
      DataInputStream in = new DataInputStream(socket.getInputStream());
      DataOutputStream out = new DataOutputStream(socket.getOutputStream());
      if (in.read() == BULK) {
        out.writeLong(drain(in));
        return;
      }
      byte[] small = new byte[SMALL_BYTES];
      while (true) {
        in.readFully(small);
        out.write(small);
      }
    } catch (EOFException e) {
      // The asking end has finished.
      return;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long drain(InputStream in) throws IOException {
    byte[] buffer = new byte[CHUNK_BYTES];
    long bytes = 0;
    int read = in.read(buffer);
    while (read >= 0) {
      bytes += read;
      read = in.read(buffer);
    }
    return bytes;
  }

  private static void show(
      String what, String who, double megabytesPerSecond, List<Long> smallMicros, String more) {
    Collections.sort(smallMicros);
    int count = smallMicros.size();
    System.out.printf(
        Locale.ROOT,
        "%-7s %-7s %7.2f MB/s, small messages p50 %6d us p99 %6d us%s%n",
        what,
        who,
        megabytesPerSecond,
        count == 0 ? -1 : smallMicros.get(count / 2),
        count == 0 ? -1 : smallMicros.get(count * 99 / 100),
        more);
  }
}
