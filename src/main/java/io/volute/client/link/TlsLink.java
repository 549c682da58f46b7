package io.volute.client.link;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;

/** A channel sealed by TLS. For one thread at a time. */
final class TlsLink implements Link {
  /** Waits until the channel is ready for the operations, within a bound. */
  interface Waiting {
    void until(int operations) throws IOException;
  }

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  /** What a handshake takes at most; one that never ends must not hold a client. */
  private static final int MAX_HANDSHAKE_STEPS = 1000;

  private final SocketChannel channel;
  private final SSLEngine engine;

  /** Sealed bytes to send; ready to be read from. */
  private final ByteBuffer sealedOut;

  /** Sealed bytes that came in; ready to be read from. */
  private final ByteBuffer sealedIn;

  /** Opened bytes that nobody has taken yet; ready to be read from. */
  private final ByteBuffer opened;

  TlsLink(SocketChannel channel, SSLEngine engine) {
    this.channel = channel;
    this.engine = engine;
    int packet = engine.getSession().getPacketBufferSize();
    this.sealedOut = ByteBuffer.allocateDirect(packet).limit(0);
    this.sealedIn = ByteBuffer.allocateDirect(packet).limit(0);
    this.opened = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize()).limit(0);
  }

  /** Agrees on keys and checks the certificate. */
  void shakeHands(Waiting waiting) throws IOException {
    engine.beginHandshake();
    for (int step = 0; step < MAX_HANDSHAKE_STEPS; step++) {
      switch (engine.getHandshakeStatus()) {
        case FINISHED, NOT_HANDSHAKING -> {
          while (!flushSealed()) {
            waiting.until(SelectionKey.OP_WRITE);
          }
          return;
        }
        case NEED_TASK -> runTasks();
        case NEED_WRAP -> {
          seal(NOTHING);
          while (!flushSealed()) {
            waiting.until(SelectionKey.OP_WRITE);
          }
        }
        default -> {
          if (!open() && !fillSealed()) {
            waiting.until(SelectionKey.OP_READ);
          }
        }
      }
    }
    throw new IOException("the TLS handshake has no end");
  }

  private void runTasks() {
    for (Runnable task = engine.getDelegatedTask();
        task != null;
        task = engine.getDelegatedTask()) {
      task.run();
    }
  }

  @Override
  public int read(ByteBuffer bytes) throws IOException {
    while (!opened.hasRemaining()) {
      if (engine.isInboundDone()) {
        return -1;
      }
      if (engine.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
        runTasks();
      } else if (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP && flushSealed()) {
        seal(NOTHING); // An answer to a change of keys.
        flushSealed();
      } else if (!open() && !fillSealed()) {
        return 0;
      }
    }
    int count = Math.min(bytes.remaining(), opened.remaining());
    bytes.put(opened.slice().limit(count));
    opened.position(opened.position() + count);
    return count;
  }

  @Override
  public boolean write(ByteBuffer bytes) throws IOException {
    int before = sealedOut.remaining();
    if (!flushSealed()) {
      return sealedOut.remaining() < before;
    }
    if (bytes.hasRemaining()) {
      seal(bytes);
      flushSealed();
    }
    return true;
  }

  @Override
  public boolean hasUnsent() {
    return sealedOut.hasRemaining();
  }

  /** Only while nothing sealed waits to be sent. */
  private void seal(ByteBuffer bytes) throws IOException {
    sealedOut.clear();
    try {
      SSLEngineResult result = engine.wrap(bytes, sealedOut);
      if (result.getStatus() == Status.CLOSED && bytes.hasRemaining()) {
        throw new IOException("the TLS session was closed");
      }
    } finally {
      sealedOut.flip();
    }
  }

  /** True when nothing is left to send. */
  private boolean flushSealed() throws IOException {
    while (sealedOut.hasRemaining()) {
      if (channel.write(sealedOut) == 0) {
        return false;
      }
    }
    return true;
  }

  /** Opens one packet, if a whole one is there. */
  private boolean open() throws IOException {
    if (!sealedIn.hasRemaining()) {
      return false;
    }
    opened.clear();
    try {
      SSLEngineResult result = engine.unwrap(sealedIn, opened);
      if (result.getStatus() == Status.BUFFER_OVERFLOW) {
        throw new IOException("a TLS packet larger than the session allows");
      }
      return result.getStatus() != Status.BUFFER_UNDERFLOW;
    } finally {
      opened.flip();
    }
  }

  /**
   * Takes in what has come; false when nothing has. An end without the other side's word for it is
   * an error: someone may have cut the stream.
   */
  private boolean fillSealed() throws IOException {
    sealedIn.compact();
    try {
      int count = channel.read(sealedIn);
      if (count < 0) {
        throw new EOFException("the TLS connection was cut");
      }
      return count > 0;
    } finally {
      sealedIn.flip();
    }
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      engine.closeOutbound();
      if (flushSealed()) {
        seal(NOTHING);
        flushSealed();
      }
    }
  }
}
