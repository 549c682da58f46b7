package io.volute.http;

import io.volute.settings.ListenAddress;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * One connection on which a test says exactly the bytes that it wants to; every wait is bounded.
 */
final class RawClient implements Closeable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final SocketChannel channel;
  private final Selector selector;
  private final SelectionKey key;
  private final ByteBuffer input = ByteBuffer.allocate(64 * 1024).flip();
  private boolean ended;

  private RawClient(SocketChannel channel) throws IOException {
    this.channel = channel;
    channel.configureBlocking(false);
    selector = Selector.open();
    key = channel.register(selector, 0);
  }

  static RawClient connect(ListenAddress address) throws IOException {
    if (address instanceof ListenAddress.UnixSocket unix) {
      SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      channel.connect(UnixDomainSocketAddress.of(unix.path()));
      return new RawClient(channel);
    }
    ListenAddress.Tcp tcp = (ListenAddress.Tcp) address;
    return new RawClient(
        SocketChannel.open(new InetSocketAddress("127.0.0.1", tcp.address().port())));
  }

  /** Sends text as it is, each character a byte. */
  RawClient send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  RawClient send(byte[] bytes) throws IOException {
    ByteBuffer out = ByteBuffer.wrap(bytes);
    while (out.hasRemaining()) {
      out.limit(Math.min(out.capacity(), out.position() + 64 * 1024));
      if (channel.write(out) == 0) {
        await(SelectionKey.OP_WRITE);
      }
      out.limit(out.capacity());
    }
    return this;
  }

  /** A request without a body, on a connection that stays. */
  RawClient request(String method, String target, String... headers) throws IOException {
    return request(method, target, new byte[0], headers);
  }

  RawClient request(String method, String target, byte[] body, String... headers)
      throws IOException {
    StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\n");
    if (!String.join("\n", headers).toLowerCase(Locale.ROOT).contains("host:")) {
      head.append("Host: localhost\r\n");
    }
    for (String header : headers) {
      head.append(header).append("\r\n");
    }
    if (body.length > 0) {
      head.append("Content-Length: ").append(body.length).append("\r\n");
    }
    send(head.append("\r\n").toString());
    return send(body);
  }

  RawClient endOutput() throws IOException {
    channel.shutdownOutput();
    return this;
  }

  /** The next answer with its body; fails when it doesn't come. */
  Response response() throws IOException {
    return response(false);
  }

  Response response(boolean toHead) throws IOException {
    String statusLine = line();
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers.merge(line.substring(0, colon), line.substring(colon + 1).strip(), (a, b) -> a + b);
    }
    int status = Integer.parseInt(statusLine.split(" ")[1]);
    byte[] body = new byte[0];
    if (!toHead && status >= 200 && status != 204 && status != 304) {
      body = body(headers);
    }
    return new Response(status, headers, body);
  }

  private byte[] body(Map<String, String> headers) throws IOException {
    if (headers.containsKey("Content-Length")) {
      return bytes(Integer.parseInt(headers.get("Content-Length")));
    }
    if (!"chunked".equalsIgnoreCase(headers.get("Transfer-Encoding"))) {
      return toEnd();
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (int size = Integer.parseInt(line(), 16); size > 0; size = Integer.parseInt(line(), 16)) {
      body.writeBytes(bytes(size));
      line();
    }
    line();
    return body.toByteArray();
  }

  byte[] bytes(int count) throws IOException {
    byte[] bytes = new byte[count];
    int got = 0;
    while (got < count) {
      if (!input.hasRemaining() && !fill()) {
        throw new IOException("the connection ended after " + got + " of " + count + " bytes");
      }
      int part = Math.min(input.remaining(), count - got);
      input.get(bytes, got, part);
      got += part;
    }
    return bytes;
  }

  /** Everything up to the end of the connection. */
  byte[] toEnd() throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    while (input.hasRemaining() || fill()) {
      all.write(input.get());
    }
    return all.toByteArray();
  }

  /** Whether the other side ends the connection within the time. */
  boolean endsWithin(Duration time) throws IOException {
    long deadline = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < deadline) {
      try {
        if (input.hasRemaining()) {
          input.position(input.limit());
        }
        key.interestOps(SelectionKey.OP_READ);
        selector.select(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
        selector.selectedKeys().clear();
        input.clear();
        int count = channel.read(input);
        input.flip();
        if (count < 0) {
          return true;
        }
      } catch (IOException e) {
        return true;
      }
    }
    return false;
  }

  private String line() throws IOException {
    List<Byte> line = new ArrayList<>();
    while (true) {
      if (!input.hasRemaining() && !fill()) {
        throw new IOException("the connection ended in the middle of a line");
      }
      byte b = input.get();
      if (b == '\n') {
        break;
      }
      line.add(b);
    }
    StringBuilder text = new StringBuilder();
    line.forEach(b -> text.append((char) (b & 0xff)));
    return text.toString().stripTrailing();
  }

  private boolean fill() throws IOException {
    if (ended) {
      return false;
    }
    input.clear();
    int count = channel.read(input);
    while (count == 0) {
      await(SelectionKey.OP_READ);
      count = channel.read(input);
    }
    input.flip();
    ended = count < 0;
    if (ended) {
      input.position(input.limit());
    }
    return !ended;
  }

  private void await(int operation) throws IOException {
    key.interestOps(operation);
    selector.selectedKeys().clear();
    if (selector.select(PATIENCE.toMillis()) == 0) {
      throw new IOException("nothing happened for " + PATIENCE);
    }
  }

  @Override
  public void close() throws IOException {
    selector.close();
    channel.close();
  }

  /** An answer as it came. */
  record Response(int status, Map<String, String> headers, byte[] body) {
    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    String header(String name) {
      return headers.get(name);
    }
  }
}
