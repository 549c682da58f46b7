package io.volute.http;

import io.undertow.server.HttpServerExchange;
import io.undertow.server.ServerConnection;
import io.undertow.server.protocol.http.HttpServerConnection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.xnio.StreamConnection;
import org.xnio.channels.StreamSinkChannel;
import org.xnio.conduits.AbstractStreamSourceConduit;
import org.xnio.conduits.ConduitReadableByteChannel;
import org.xnio.conduits.Conduits;
import org.xnio.conduits.StreamSinkConduit;
import org.xnio.conduits.StreamSourceConduit;

/**
 * Ends a connection whose framing is malformed, with an answer that says why.
 *
 * <p>What comes before the malformed byte is passed on, so that earlier requests of a pipeline are
 * answered as ever. When the platform asks for more, all of them are; then the answer is written
 * past it, unless the request at fault has been answered already, and the connection has ended.
 */
final class StrictConduit extends AbstractStreamSourceConduit<StreamSourceConduit> {
  /**
   * What is read and thrown away, so that the close is no reset, which could overtake the answer.
   */
  private static final int MAX_DISCARDED_BYTES = 64 * 1024;

  private final FramingScanner scanner = new FramingScanner();
  private final StreamSinkConduit sink;
  private HttpServerExchange current;
  private boolean malformed;
  private boolean answered;

  private StrictConduit(StreamSourceConduit next, StreamSinkConduit sink) {
    super(next);
    this.sink = sink;
  }

  /** Watches a new connection. */
  static void watch(StreamConnection connection) {
    connection
        .getSourceChannel()
        .setConduit(
            new StrictConduit(
                connection.getSourceChannel().getConduit(),
                connection.getSinkChannel().getConduit()));
  }

  /** Notes which request is being read on a connection. */
  static void begin(HttpServerExchange exchange) {
    ServerConnection connection = exchange.getConnection();
    if (connection instanceof HttpServerConnection http
        && http.getOriginalSourceConduit() instanceof StrictConduit strict) {
      strict.current = exchange;
    }
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    if (malformed) {
      throw refuse();
    }
    int start = target.position();
    int count = super.read(target);
    if (count <= 0) {
      return count;
    }
    int at = scanner.scan(target, start);
    if (at < 0) {
      return count;
    }
    malformed = true;
    target.position(at);
    if (at == start) {
      throw refuse();
    }
    return at - start;
  }

  private IOException refuse() throws IOException {
    boolean mayAnswer = current == null || current.isComplete() || !current.isResponseStarted();
    if (!answered && mayAnswer) {
      answered = true;
      // A few hundred bytes, the first in a long time: they fit into the socket's buffer.
      sink.write(ByteBuffer.wrap(ParseErrors.answer(scanner.status(), scanner.problem())));
      sink.flush();
      ByteBuffer rest = ByteBuffer.allocate(MAX_DISCARDED_BYTES / 4);
      for (int left = MAX_DISCARDED_BYTES; left > 0; left -= rest.position()) {
        rest.clear();
        if (next.read(rest) <= 0) {
          break;
        }
      }
    }
    return new IOException("malformed framing: " + scanner.problem());
  }

  @Override
  public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
    for (int i = offset; i < offset + length; i++) {
      if (targets[i].hasRemaining()) {
        return read(targets[i]);
      }
    }
    return 0;
  }

  @Override
  public long transferTo(long position, long count, FileChannel target) throws IOException {
    return target.transferFrom(new ConduitReadableByteChannel(this), position, count);
  }

  @Override
  public long transferTo(long count, ByteBuffer through, StreamSinkChannel target)
      throws IOException {
    return Conduits.transfer(this, count, through, target);
  }

  @Override
  public void resumeReads() {
    if (malformed) {
      // What is wrong is known already: there may be nothing more to wait for.
      super.wakeupReads();
    } else {
      super.resumeReads();
    }
  }
}
