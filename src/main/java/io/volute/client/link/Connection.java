package io.volute.client.link;

import io.volute.client.link.ExchangeException.Kind;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * One connection: buffered bytes in and out, with a bound on each wait for the other side.
 *
 * <p>The channel is non-blocking, because a read timeout exists for neither unix sockets nor
 * blocking channels.
 */
public final class Connection implements Closeable {
  private static final int BUFFER_BYTES = 32 * 1024;

  /** The server answered before it had read the whole request. */
  public static final class AnsweredEarlyException extends IOException {
    private static final long serialVersionUID = 1L;
  }

  private final Target target;
  private final Link link;
  private final Selector selector;
  private final SelectionKey key;
  private final ByteBuffer incoming = ByteBuffer.allocateDirect(BUFFER_BYTES).limit(0);
  private final ByteBuffer outgoing = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private Duration silence;

  private Connection(Access access, SocketChannel channel) throws IOException {
    this.target = access.target();
    this.silence = access.silence();
    this.selector = Selector.open();
    try {
      this.key = channel.register(selector, SelectionKey.OP_READ);
      this.link = target.isTls() ? seal(access, channel) : Link.plain(channel);
    } catch (IOException e) {
      selector.close();
      throw e;
    }
  }

  /** A connection to the node, within the time for which it may be silent. */
  public static Connection open(Access access) throws IOException {
    SocketChannel channel = Dialer.dial(access.target(), access.silence().toNanos());
    try {
      return new Connection(access, channel);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private Link seal(Access access, SocketChannel channel) throws IOException {
    try {
      TlsLink sealed = new TlsLink(channel, access.trust().engine(target.host(), target.port()));
      sealed.shakeHands(this::await);
      return sealed;
    } catch (ExchangeException e) {
      throw e;
    } catch (IOException e) {
      // The platform's innermost reason says what is wrong with a certificate.
      Throwable reason = e;
      while (reason.getCause() != null) {
        reason = reason.getCause();
      }
      String why = reason.getMessage() == null ? e.toString() : reason.getMessage();
      throw new ExchangeException(Kind.UNREACHABLE, "no TLS with " + target + ": " + why);
    }
  }

  /** How long the server may be silent, or not take bytes, before it is given up. */
  public void tolerate(Duration newSilence) {
    this.silence = newSilence;
  }

  /** False when the server has closed an idle connection, or said something unasked. */
  public boolean isIdle() {
    if (incoming.hasRemaining()) {
      return false;
    }
    incoming.clear();
    try {
      return link.read(incoming) == 0;
    } catch (IOException e) {
      return false;
    } finally {
      incoming.flip();
    }
  }

  /** Takes bytes to be sent; all are on their way after {@link #flush}. */
  public void write(byte[] bytes, int from, int length) throws IOException {
    int done = 0;
    while (done < length) {
      int part = Math.min(length - done, outgoing.remaining());
      outgoing.put(bytes, from + done, part);
      done += part;
      if (!outgoing.hasRemaining()) {
        flush();
      }
    }
  }

  /**
   * Sends what was written.
   *
   * @throws AnsweredEarlyException when the server stopped taking bytes, and has said something
   */
  public void flush() throws IOException {
    outgoing.flip();
    try {
      while (outgoing.hasRemaining() || link.hasUnsent()) {
        if (link.write(outgoing)) {
          continue;
        }
        await(SelectionKey.OP_WRITE | SelectionKey.OP_READ);
        // Only a server that has stopped taking bytes is listened to: it may wait for us forever.
        if (key.isReadable() && !key.isWritable()) {
          throw new AnsweredEarlyException();
        }
      }
    } catch (AnsweredEarlyException | ExchangeException e) {
      throw e;
    } catch (IOException e) {
      if (hasAnswer()) {
        throw new AnsweredEarlyException();
      }
      throw lost(e.getMessage());
    } finally {
      outgoing.clear();
    }
  }

  private boolean hasAnswer() {
    if (incoming.hasRemaining()) {
      return true;
    }
    incoming.clear();
    try {
      return link.read(incoming) > 0;
    } catch (IOException e) {
      return false;
    } finally {
      incoming.flip();
    }
  }

  /** The next byte, or -1 at the end. */
  public int read() throws IOException {
    return fill() ? incoming.get() & 0xff : -1;
  }

  /** As {@link java.io.InputStream#read(byte[], int, int)}. */
  public int read(byte[] bytes, int from, int length) throws IOException {
    if (!fill()) {
      return -1;
    }
    int part = Math.min(length, incoming.remaining());
    incoming.get(bytes, from, part);
    return part;
  }

  private boolean fill() throws IOException {
    if (incoming.hasRemaining()) {
      return true;
    }
    incoming.clear();
    try {
      int count = link.read(incoming);
      while (count == 0) {
        await(SelectionKey.OP_READ);
        count = link.read(incoming);
      }
      return count > 0;
    } catch (ExchangeException e) {
      throw e;
    } catch (IOException e) {
      throw lost(e.getMessage());
    } finally {
      incoming.flip();
    }
  }

  private void await(int operations) throws IOException {
    if (key.interestOps() != operations) {
      key.interestOps(operations);
    }
    long deadline = System.nanoTime() + silence.toNanos();
    selector.selectedKeys().clear();
    while (selector.selectedKeys().isEmpty()) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        throw new ExchangeException(
            Kind.SILENT, "no answer from " + target + " within " + silence.toMillis() + " ms");
      }
      if (Thread.currentThread().isInterrupted()) {
        throw lost("interrupted");
      }
      selector.select(TimeUnit.NANOSECONDS.toMillis(left) + 1);
    }
  }

  private ExchangeException lost(String why) {
    return new ExchangeException(Kind.LOST, "lost the connection to " + target + ": " + why);
  }

  /** What is thrown where the server closed in the midst of an answer. */
  public ExchangeException endedEarly() {
    return lost("it was closed before the answer was complete");
  }

  @Override
  public void close() throws IOException {
    try (selector) {
      link.close();
    }
  }
}
