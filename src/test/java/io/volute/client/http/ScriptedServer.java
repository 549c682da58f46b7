package io.volute.client.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A server on a real socket that records what it is asked and answers by a script. */
public final class ScriptedServer implements Closeable {
  /** What it was asked. */
  public static final class Asked {
    private final String line;
    private final List<String> headers;
    private final byte[] body;

    private Asked(String line, List<String> headers, byte[] body) {
      this.line = line;
      this.headers = headers;
      this.body = body;
    }

    /** Method, path and query, protocol. */
    public String line() {
      return line;
    }

    /** The body; empty where there was none. */
    public byte[] body() {
      return body;
    }

    /** The value of the first such header. */
    public Optional<String> header(String name) {
      String start = name.toLowerCase(Locale.ROOT) + ":";
      return headers.stream()
          .filter(header -> header.toLowerCase(Locale.ROOT).startsWith(start))
          .map(header -> header.substring(start.length()).strip())
          .findFirst();
    }
  }

  /** What it says to one request. */
  public interface Reply {
    /** Answers; to throw is to hang up. */
    void to(Asked asked, OutputStream out) throws IOException, InterruptedException;
  }

  private static final long STOP_MILLIS = 5000;

  private final ServerSocketChannel listener;
  private final Thread acceptor;
  private final String address;
  private final Queue<Reply> script = new ConcurrentLinkedQueue<>();
  private final List<Asked> asked = new CopyOnWriteArrayList<>();
  private final List<SocketChannel> open = new CopyOnWriteArrayList<>();
  private final AtomicInteger connections = new AtomicInteger();
  private volatile Reply otherwise = text(200, "fine\n");
  private volatile boolean readsBodies = true;

  private ScriptedServer(ServerSocketChannel listener, String address) {
    this.listener = listener;
    this.address = address;
    acceptor = inBackground(this::accept);
  }

  /** One on a free port of this machine. */
  public static ScriptedServer onTcp() throws IOException {
    ServerSocketChannel listener = ServerSocketChannel.open();
    listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    int port = ((InetSocketAddress) listener.getLocalAddress()).getPort();
    return new ScriptedServer(listener, "localhost:" + port);
  }

  /** One on a unix socket. */
  public static ScriptedServer onUnix(Path socket) throws IOException {
    ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listener.bind(UnixDomainSocketAddress.of(socket));
    return new ScriptedServer(listener, socket.toString());
  }

  /** A whole answer with a length. */
  public static Reply text(int status, String body, String... headers) {
    return bytes(status, body.getBytes(StandardCharsets.UTF_8), headers);
  }

  /** The same of bytes. */
  public static Reply bytes(int status, byte[] body, String... headers) {
    String more = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
    String head = "HTTP/1.1 " + status + " x\r\nContent-Length: " + body.length + "\r\n" + more;
    return (asked, out) -> {
      out.write((head + "\r\n").getBytes(StandardCharsets.UTF_8));
      out.write(body);
    };
  }

  /** Just these bytes, and no more of this connection. */
  public static Reply rawThenClose(String bytes) {
    return (asked, out) -> {
      out.write(bytes.getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
      throw new EOFException("scripted end");
    };
  }

  /** Just these bytes. */
  public static Reply raw(String bytes) {
    return (asked, out) -> out.write(bytes.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** The next answer that has none yet. */
  public ScriptedServer then(Reply reply) {
    script.add(reply);
    return this;
  }

  /** The answer to whatever the script leaves open. */
  public ScriptedServer otherwise(Reply reply) {
    otherwise = reply;
    return this;
  }

  /** Lets it answer as soon as it has read the headers. */
  public ScriptedServer withoutReadingBodies() {
    readsBodies = false;
    return this;
  }

  /** As the client's {@code -a} takes it. */
  public String address() {
    return address;
  }

  /** All that it was asked, in order. */
  public List<Asked> asked() {
    return asked;
  }

  /** The only thing that it was asked. */
  public Asked askedOnce() {
    if (asked.size() != 1) {
      throw new AssertionError("asked " + asked.size() + " times");
    }
    return asked.get(0);
  }

  /** How many connections there were. */
  public int connections() {
    return connections.get();
  }

  private static Thread inBackground(Runnable work) {
    Thread thread = new Thread(work, "scripted-server");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private void accept() {
    try {
      while (true) {
        SocketChannel channel = listener.accept();
        connections.incrementAndGet();
        open.add(channel);
        inBackground(() -> serve(channel));
      }
    } catch (IOException e) {
      // Closed: the test is over.
    }
  }

  private void serve(SocketChannel channel) {
    try (channel) {
      if (channel.supportedOptions().contains(StandardSocketOptions.TCP_NODELAY)) {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      }
      InputStream in = new BufferedInputStream(Channels.newInputStream(channel));
      OutputStream out = Channels.newOutputStream(channel);
      while (true) {
        Asked request = read(in);
        asked.add(request);
        Reply reply = script.poll();
        (reply == null ? otherwise : reply).to(request, out);
        out.flush();
      }
    } catch (IOException e) {
      // The client has gone, or the script hangs up.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Asked read(InputStream in) throws IOException {
    String line = line(in);
    List<String> headers = new ArrayList<>();
    for (String header = line(in); !header.isEmpty(); header = line(in)) {
      headers.add(header);
    }
    Asked head = new Asked(line, List.copyOf(headers), new byte[0]);
    if (!readsBodies) {
      return head;
    }
    if (head.header("Transfer-Encoding").isPresent()) {
      return new Asked(line, headers, chunks(in));
    }
    int length = head.header("Content-Length").map(Integer::parseInt).orElse(0);
    byte[] body = in.readNBytes(length);
    if (body.length < length) {
      throw new EOFException("the body was cut");
    }
    return new Asked(line, headers, body);
  }

  private static byte[] chunks(InputStream in) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (int size = chunkSize(in); size > 0; size = chunkSize(in)) {
      body.write(in.readNBytes(size));
      requireEmpty(line(in));
    }
    requireEmpty(line(in));
    return body.toByteArray();
  }

  private static int chunkSize(InputStream in) throws IOException {
    return Integer.parseInt(line(in), 16);
  }

  private static void requireEmpty(String line) {
    if (!line.isEmpty()) {
      throw new AssertionError("a chunk does not end where it says");
    }
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("no more requests");
      }
      line.append((char) c);
    }
    if (line.length() == 0 || line.charAt(line.length() - 1) != '\r') {
      throw new AssertionError("a line does not end in CRLF: " + line);
    }
    line.setLength(line.length() - 1);
    return line.toString();
  }

  /** Answers nobody any more, those neither that connect while it closes. */
  @Override
  public void close() throws IOException {
    listener.close();
    try {
      acceptor.join(STOP_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    for (SocketChannel channel : open) {
      channel.close();
    }
  }
}
