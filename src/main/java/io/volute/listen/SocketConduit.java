package io.volute.listen;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import org.xnio.IoUtils;
import org.xnio.XnioIoThread;
import org.xnio.XnioWorker;
import org.xnio.channels.StreamSinkChannel;
import org.xnio.channels.StreamSourceChannel;
import org.xnio.conduits.Conduits;
import org.xnio.conduits.ReadReadyHandler;
import org.xnio.conduits.StreamSinkConduit;
import org.xnio.conduits.StreamSourceConduit;
import org.xnio.conduits.WriteReadyHandler;

/** Both directions of one client's socket, driven by its {@link IoThread}. */
final class SocketConduit implements StreamSourceConduit, StreamSinkConduit, IoThread.ReadyHandler {
  private final IoThread thread;
  private final SocketConnection connection;
  private final SocketChannel channel;
  private SelectionKey key;
  private volatile ReadReadyHandler readReadyHandler;
  private volatile WriteReadyHandler writeReadyHandler;
  private boolean readTerminated;
  private boolean writeTerminated;

  SocketConduit(IoThread thread, SocketConnection connection, SocketChannel channel) {
    this.thread = thread;
    this.connection = connection;
    this.channel = channel;
  }

  /** The key names this conduit as its owner, so it exists only after it. */
  void registered(SelectionKey key) {
    this.key = key;
  }

  @Override
  public void ready(int operations) {
    if ((operations & SelectionKey.OP_READ) != 0) {
      readReadyHandler.readReady();
    }
    if ((operations & SelectionKey.OP_WRITE) != 0) {
      writeReadyHandler.writeReady();
    }
  }

  @Override
  public void abandon() {
    IoUtils.safeClose(connection);
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    try {
      return channel.read(target);
    } catch (ClosedChannelException e) {
      return -1;
    }
  }

  @Override
  public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
    try {
      return channel.read(targets, offset, length);
    } catch (ClosedChannelException e) {
      return -1;
    }
  }

  @Override
  public long transferTo(long position, long count, FileChannel target) throws IOException {
    return target.transferFrom(channel, position, count);
  }

  @Override
  public long transferTo(long count, ByteBuffer through, StreamSinkChannel target)
      throws IOException {
    return Conduits.transfer(this, count, through, target);
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    return channel.write(source);
  }

  @Override
  public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
    return channel.write(sources, offset, length);
  }

  @Override
  public int writeFinal(ByteBuffer source) throws IOException {
    return Conduits.writeFinalBasic(this, source);
  }

  @Override
  public long writeFinal(ByteBuffer[] sources, int offset, int length) throws IOException {
    return Conduits.writeFinalBasic(this, sources, offset, length);
  }

  @Override
  public long transferFrom(FileChannel source, long position, long count) throws IOException {
    return source.transferTo(position, count, channel);
  }

  @Override
  public long transferFrom(StreamSourceChannel source, long count, ByteBuffer through)
      throws IOException {
    return Conduits.transfer(source, count, through, this);
  }

  @Override
  public boolean flush() {
    // Nothing is held back here: what was written is the kernel's.
    return true;
  }

  @Override
  public void terminateReads() throws IOException {
    if (connection.markReadClosed() && channel.isOpen()) {
      suspendReads();
      channel.shutdownInput();
    }
    if (!readTerminated && readReadyHandler != null) {
      readTerminated = true;
      readReadyHandler.terminated();
    }
  }

  @Override
  public void terminateWrites() throws IOException {
    if (connection.markWriteClosed() && channel.isOpen()) {
      suspendWrites();
      channel.shutdownOutput();
    }
    if (!writeTerminated && writeReadyHandler != null) {
      writeTerminated = true;
      writeReadyHandler.terminated();
    }
  }

  @Override
  public void truncateWrites() throws IOException {
    terminateWrites();
  }

  @Override
  public boolean isReadShutdown() {
    return connection.isReadShutdown();
  }

  @Override
  public boolean isWriteShutdown() {
    return connection.isWriteShutdown();
  }

  @Override
  public void resumeReads() {
    resume(SelectionKey.OP_READ);
  }

  @Override
  public void suspendReads() {
    suspend(SelectionKey.OP_READ);
  }

  @Override
  public void wakeupReads() {
    wakeup(SelectionKey.OP_READ);
  }

  @Override
  public boolean isReadResumed() {
    return isResumed(SelectionKey.OP_READ);
  }

  @Override
  public void resumeWrites() {
    resume(SelectionKey.OP_WRITE);
  }

  @Override
  public void suspendWrites() {
    suspend(SelectionKey.OP_WRITE);
  }

  @Override
  public void wakeupWrites() {
    wakeup(SelectionKey.OP_WRITE);
  }

  @Override
  public boolean isWriteResumed() {
    return isResumed(SelectionKey.OP_WRITE);
  }

  private void resume(int operation) {
    try {
      if ((key.interestOpsOr(operation) & operation) == 0) {
        thread.wakeUp();
      }
    } catch (CancelledKeyException e) {
      // Closed meanwhile; readers and writers learn it from their next call.
    }
  }

  private void suspend(int operation) {
    try {
      key.interestOpsAnd(~operation);
    } catch (CancelledKeyException e) {
      // Closed meanwhile: nothing is reported any more.
    }
  }

  private void wakeup(int operation) {
    resume(operation);
    // Suspended again before the task runs means that the caller changed its mind.
    thread.execute(
        () -> {
          if (isResumed(operation)) {
            ready(operation);
          }
        });
  }

  private boolean isResumed(int operation) {
    try {
      return (key.interestOps() & operation) != 0;
    } catch (CancelledKeyException e) {
      return false;
    }
  }

  @Override
  public void awaitReadable() throws IOException {
    await(SelectionKey.OP_READ, 0);
  }

  @Override
  public void awaitReadable(long time, TimeUnit unit) throws IOException {
    await(SelectionKey.OP_READ, Math.max(1, unit.toMillis(time)));
  }

  @Override
  public void awaitWritable() throws IOException {
    await(SelectionKey.OP_WRITE, 0);
  }

  @Override
  public void awaitWritable(long time, TimeUnit unit) throws IOException {
    await(SelectionKey.OP_WRITE, Math.max(1, unit.toMillis(time)));
  }

  /** For code that blocks, which is never on an I/O thread. */
  private void await(int operation, long millis) throws IOException {
    try (Selector selector = Selector.open()) {
      channel.register(selector, operation);
      selector.select(millis);
    }
  }

  @Override
  public XnioIoThread getReadThread() {
    return thread;
  }

  @Override
  public XnioIoThread getWriteThread() {
    return thread;
  }

  @Override
  public XnioWorker getWorker() {
    return thread.getWorker();
  }

  @Override
  public void setReadReadyHandler(ReadReadyHandler handler) {
    readReadyHandler = handler;
  }

  @Override
  public void setWriteReadyHandler(WriteReadyHandler handler) {
    writeReadyHandler = handler;
  }
}
