package io.volute.jmh.lanes;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** TCP: a connection for small messages and one for large ones, each end a thread. */
final class TcpLane implements Lane {
  private static final int CONNECTIONS = 2;
  private static final int PREFIX_BYTES = 4 + 8;
  private static final int BUFFER_BYTES = 4 << 20;
  private static final long LONGEST_WAIT_MILLIS = 10;

  /** What an end does with a message. */
  private interface Taker {
    void onMessage(int connection, long number, int length);
  }

  /** One end: frames of a length, a number and bytes. */
  private static final class End {
    private final Selector selector = Selector.open();
    private final SocketChannel[] channels = new SocketChannel[CONNECTIONS];
    private final ByteBuffer[] in = new ByteBuffer[CONNECTIONS];
    private final ByteBuffer[] out = new ByteBuffer[CONNECTIONS];

    End() throws IOException {}

    void add(int number, SocketChannel channel) throws IOException {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.configureBlocking(false);
      channel.register(selector, SelectionKey.OP_READ);
      channels[number] = channel;
      in[number] = ByteBuffer.allocateDirect(BUFFER_BYTES);
      out[number] = ByteBuffer.allocateDirect(BUFFER_BYTES);
    }

    boolean send(int connection, long number, int length) {
      ByteBuffer buffer = out[connection];
      if (buffer.remaining() < PREFIX_BYTES + length) {
        return false;
      }
      buffer.putInt(length).putLong(number).position(buffer.position() + length);
      return true;
    }

    void turn(Taker taker) throws IOException {
      boolean isBusy = false;
      for (int i = 0; i < CONNECTIONS; i++) {
        flush(i);
        isBusy |= channels[i].read(in[i]) > 0;
        take(i, taker);
        flush(i);
        isBusy |= out[i].position() > 0;
      }
      if (isBusy) {
        selector.selectNow(key -> {});
      } else {
        selector.select(key -> {}, LONGEST_WAIT_MILLIS);
      }
    }

    private void flush(int connection) throws IOException {
      ByteBuffer buffer = out[connection];
      if (buffer.position() > 0) {
        buffer.flip();
        channels[connection].write(buffer);
        buffer.compact();
      }
    }

    private void take(int connection, Taker taker) {
      ByteBuffer buffer = in[connection].flip();
      while (buffer.remaining() >= PREFIX_BYTES
          && buffer.remaining() >= PREFIX_BYTES + buffer.getInt(buffer.position())) {
        int length = buffer.getInt();
        long number = buffer.getLong();
        buffer.position(buffer.position() + length);
        taker.onMessage(connection, number, length);
      }
      buffer.compact();
    }

    void close() throws IOException {
      for (SocketChannel channel : channels) {
        channel.close();
      }
      selector.close();
    }
  }

  private final End near = new End();
  private final End far = new End();
  private final Thread answering = new Thread(this::answer, "tcp far end");
  private volatile boolean closing;

  TcpLane() throws IOException {
    try (ServerSocketChannel server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      for (int i = 0; i < CONNECTIONS; i++) {
        near.add(i, SocketChannel.open(server.getLocalAddress()));
        far.add(i, server.accept());
      }
    }
    answering.start();
  }

  @Override
  public boolean send(long number, int length) {
    return near.send(length <= ECHO_BYTES ? 0 : 1, number, length);
  }

  @Override
  public void turn(Answers answers) throws IOException {
    near.turn((connection, number, length) -> answers.onAnswer(number));
  }

  private void answer() {
    try {
      while (!closing) {
        far.turn(
            (connection, number, length) -> {
              if (!far.send(connection, number, Lane.answerBytes(length))) {
                throw new AssertionError("answers are smaller than the buffer");
              }
            });
      }
      far.close();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() throws Exception {
    closing = true;
    answering.join();
    near.close();
  }
}
