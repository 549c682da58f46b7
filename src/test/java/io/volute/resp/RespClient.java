package io.volute.resp;

import io.volute.settings.ListenAddress;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * One connection on which a test says exactly the bytes that it wants to. Replies are read as text;
 * who waits longer than a bound finds the connection closed.
 */
final class RespClient implements Closeable {
  private static final int PATIENCE_SECONDS = 20;
  private static final ScheduledExecutorService WATCH =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "test-watch");
            thread.setDaemon(true);
            return thread;
          });

  private final SocketChannel channel;
  private final InputStream input;

  private RespClient(SocketChannel channel) {
    this.channel = channel;
    input = new BufferedInputStream(Channels.newInputStream(channel));
  }

  static RespClient connect(ListenAddress address) throws IOException {
    if (address instanceof ListenAddress.UnixSocket unix) {
      SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      channel.connect(UnixDomainSocketAddress.of(unix.path()));
      return new RespClient(channel);
    }
    int port = ((ListenAddress.Tcp) address).address().port();
    return new RespClient(SocketChannel.open(new InetSocketAddress("127.0.0.1", port)));
  }

  /** A request in the form that libraries use; arguments are bytes as characters. */
  static byte[] request(String... words) {
    StringBuilder text = new StringBuilder("*" + words.length + "\r\n");
    for (String word : words) {
      text.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
    }
    return text.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  RespClient send(byte[] bytes) throws IOException {
    ByteBuffer out = ByteBuffer.wrap(bytes);
    while (out.hasRemaining()) {
      channel.write(out);
    }
    return this;
  }

  RespClient sendText(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Sends a request and reads its reply. */
  String call(String... words) throws IOException {
    return send(request(words)).reply();
  }

  RespClient endOutput() throws IOException {
    channel.shutdownOutput();
    return this;
  }

  /**
   * The next reply: {@code OK}, {@code :1}, {@code -ERR …}, a bulk string as it is, {@code nil}, an
   * array as {@code [a, b]}, a map in braces.
   */
  String reply() throws IOException {
    ScheduledFuture<?> limit = WATCH.schedule(this::cut, PATIENCE_SECONDS, TimeUnit.SECONDS);
    try {
      return read();
    } finally {
      limit.cancel(false);
    }
  }

  private void cut() {
    try {
      channel.close();
    } catch (IOException e) {
      // The reader sees the failure.
    }
  }

  private String read() throws IOException {
    String line = line();
    String rest = line.substring(1);
    return switch (line.charAt(0)) {
      case '+' -> rest;
      case '-', ':' -> line;
      case '_' -> "nil";
      case '$', '=' -> rest.equals("-1") ? "nil" : bulk(Integer.parseInt(rest));
      case '*' -> rest.equals("-1") ? "nil" : "[" + items(Integer.parseInt(rest), ", ", 1) + "]";
      case '%' -> "{" + items(Integer.parseInt(rest), ", ", 2) + "}";
      default -> throw new IOException("not a reply: " + line);
    };
  }

  private String items(int count, String separator, int width) throws IOException {
    StringBuilder items = new StringBuilder();
    for (int i = 0; i < count; i++) {
      items.append(i == 0 ? "" : separator).append(read());
      if (width == 2) {
        items.append('=').append(read());
      }
    }
    return items.toString();
  }

  private String bulk(int size) throws IOException {
    byte[] bytes = input.readNBytes(size + 2);
    if (bytes.length < size + 2) {
      throw new EOFException("the connection ended within a value");
    }
    return new String(bytes, 0, size, StandardCharsets.ISO_8859_1);
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    int b;
    while ((b = input.read()) != '\n') {
      if (b < 0) {
        throw new EOFException("the connection ended");
      }
      line.append((char) b);
    }
    return line.toString().stripTrailing();
  }

  /** Whether the server ends the connection without another byte. */
  boolean isEnded() throws IOException {
    ScheduledFuture<?> limit = WATCH.schedule(this::cut, PATIENCE_SECONDS, TimeUnit.SECONDS);
    try {
      return input.read() < 0 && limit.cancel(false);
    } catch (IOException e) {
      return String.valueOf(e.getMessage()).contains("reset");
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
