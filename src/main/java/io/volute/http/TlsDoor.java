package io.volute.http;

import io.undertow.connector.ByteBufferPool;
import io.undertow.protocols.ssl.UndertowXnioSsl;
import io.undertow.server.DefaultByteBufferPool;
import io.undertow.server.HttpHandler;
import io.undertow.server.protocol.http.AlpnOpenListener;
import io.undertow.server.protocol.http.HttpOpenListener;
import io.undertow.server.protocol.http2.Http2OpenListener;
import io.volute.listen.TlsFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import org.xnio.ChannelListener;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.Sequence;
import org.xnio.StreamConnection;
import org.xnio.Xnio;
import org.xnio.XnioExecutor;
import org.xnio.conduits.AbstractStreamSourceConduit;
import org.xnio.conduits.StreamSourceConduit;
import org.xnio.ssl.SslConnection;

/**
 * HTTPS: takes TCP connections, speaks TLS on them, and hands them to HTTP/2 or HTTP/1.1, whichever
 * the client prefers (ALPN). The certificate is looked at anew for each connection.
 */
final class TlsDoor implements ChannelListener<StreamConnection> {
  /**
   * A whole record of TLS must fit: 16 KiB, what sealing adds to it, and its head. The platform
   * waits for ever for the rest of one that is larger than its buffers.
   */
  private static final int RECORD_BYTES = 18 * 1024;

  private static final int MAX_POOLED_RECORDS = 512;
  private static final int RECORDS_PER_THREAD = 8;
  private static final String HTTP_1_1 = "http/1.1";
  private static final OptionMap SERVER_OPTIONS =
      OptionMap.builder()
          .set(Options.SSL_ENABLED_PROTOCOLS, Sequence.of("TLSv1.3", "TLSv1.2"))
          .getMap();

  private final TlsFiles files;
  private final DefaultByteBufferPool records =
      new DefaultByteBufferPool(true, RECORD_BYTES, MAX_POOLED_RECORDS, RECORDS_PER_THREAD);
  private final UndertowXnioSsl ssl;
  private final HttpOpenListener http1;
  private final Http2OpenListener http2;
  private final AlpnOpenListener alpn;
  private final Consumer<StreamConnection> prepare;
  private final long firstByteMillis;

  /**
   * @param prepare what to do with each connection's clear side before anybody reads from it
   * @param firstByteMillis for the handshake and the first byte of a request, together
   */
  TlsDoor(
      TlsFiles files,
      Xnio xnio,
      ByteBufferPool buffers,
      OptionMap protocolOptions,
      HttpHandler handler,
      Consumer<StreamConnection> prepare,
      long firstByteMillis) {
    this.files = files;
    this.prepare = prepare;
    this.firstByteMillis = firstByteMillis;
    ssl = new UndertowXnioSsl(xnio, OptionMap.EMPTY, records, files.current());
    http1 = new HttpOpenListener(buffers, protocolOptions);
    http1.setRootHandler(handler);
    http2 = new Http2OpenListener(buffers, protocolOptions, "h2");
    http2.setRootHandler(handler);
    alpn = new AlpnOpenListener(buffers, protocolOptions, HTTP_1_1, http1);
    alpn.addProtocol("h2", http2, 10);
  }

  @Override
  public void handleEvent(StreamConnection connection) {
    SSLContext current = files.current();
    if (ssl.getSslContext() != current) {
      ssl.updateSSLContext(current);
    }
    SslConnection secured = ssl.wrapExistingConnection(connection, SERVER_OPTIONS, false);
    StreamSourceConduit clear = secured.getSourceChannel().getConduit();
    secured.getSourceChannel().setConduit(new FirstByte(clear, secured));
    prepare.accept(secured);
    alpn.handleEvent(secured);
  }

  /** Ends all connections. */
  void closeConnections() {
    http1.closeConnections();
    http2.closeConnections();
  }

  /** Lets go of memory, once the I/O threads have ended. */
  void close() {
    records.close();
  }

  /** Closes a connection that takes too long to say anything, however its bytes trickle. */
  private final class FirstByte extends AbstractStreamSourceConduit<StreamSourceConduit> {
    private final XnioExecutor.Key timer;
    private boolean waiting = true;

    FirstByte(StreamSourceConduit next, SslConnection connection) {
      super(next);
      timer =
          connection
              .getIoThread()
              .executeAfter(
                  () -> IoUtils.safeClose(connection), firstByteMillis, TimeUnit.MILLISECONDS);
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
      return (int) noted(super.read(target));
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
      return noted(super.read(targets, offset, length));
    }

    @Override
    public void terminateReads() throws IOException {
      noted(-1);
      super.terminateReads();
    }

    private long noted(long count) {
      if (waiting && count != 0) {
        waiting = false;
        timer.remove();
      }
      return count;
    }
  }
}
