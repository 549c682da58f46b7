package io.volute.chaos;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A kept connection, for where thousands of requests would mean thousands of curls. */
final class HttpConnection implements Closeable {
  private static final int CONNECT_MILLIS = 2000;

  /** Longer than a node takes to give up an operation. */
  private static final int READ_MILLIS = 10_000;

  private final Closeable connection;
  private final InputStream in;
  private final OutputStream out;

  HttpConnection(int port) throws IOException {
    Socket socket = new Socket();
    connection = socket;
    try {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
      socket.setSoTimeout(READ_MILLIS);
      socket.setTcpNoDelay(true);
      in = new BufferedInputStream(socket.getInputStream());
      out = socket.getOutputStream();
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /** To a unix socket. An answer is waited for without end there: the test's own limit holds. */
  HttpConnection(Path path) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    connection = channel;
    try {
      channel.connect(UnixDomainSocketAddress.of(path));
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    in = new BufferedInputStream(Channels.newInputStream(channel));
    out = Channels.newOutputStream(channel);
  }

  HttpAnswer get(String target) throws IOException {
    return send("GET", target, new byte[0]);
  }

  HttpAnswer post(String target, String body) throws IOException {
    return send("POST", target, body.getBytes(StandardCharsets.UTF_8));
  }

  /** Asks and waits for the whole answer. */
  HttpAnswer send(String method, String target, byte[] body) throws IOException {
    String head =
        method
            + " "
            + target
            + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
            + body.length
            + "\r\n\r\n";
    return sendRaw((head + new String(body, StandardCharsets.ISO_8859_1)));
  }

  /** Sends just this, each character a byte, and waits for an answer. */
  HttpAnswer sendRaw(String bytes) throws IOException {
    out.write(bytes.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
    List<String> head = new ArrayList<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      head.add(line);
    }
    HttpAnswer bare = HttpAnswer.of(head, new byte[0]);
    return new HttpAnswer(bare.status(), bare.headers(), body(bare));
  }

  private byte[] body(HttpAnswer bare) throws IOException {
    if (!bare.header("Transfer-Encoding").equals("chunked")) {
      String length = bare.header("Content-Length");
      if (length.isEmpty()) {
        return bare.header("Connection").equals("close") ? in.readAllBytes() : new byte[0];
      }
      return exactly(Integer.parseInt(length));
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (int size = Integer.parseInt(line(), 16); size > 0; size = Integer.parseInt(line(), 16)) {
      body.writeBytes(exactly(size));
      line();
    }
    line();
    return body.toByteArray();
  }

  private byte[] exactly(int count) throws IOException {
    byte[] bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw new EOFException("the connection ended in a body");
    }
    return bytes;
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("the connection ended in a head");
      }
      line.append((char) b);
    }
    return line.toString().stripTrailing();
  }

  @Override
  public void close() throws IOException {
    connection.close();
  }
}
