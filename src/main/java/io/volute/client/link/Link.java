package io.volute.client.link;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Bytes over a non-blocking channel, plain or sealed. */
interface Link extends Closeable {
  /** As {@link SocketChannel#read(ByteBuffer)}: 0 when there is nothing now, -1 at the end. */
  int read(ByteBuffer bytes) throws IOException;

  /** Moves on as far as it can now; false when the other side has to take something first. */
  boolean write(ByteBuffer bytes) throws IOException;

  /** Whether bytes that were taken are still to be sent. */
  boolean hasUnsent();

  /** The channel as it is. */
  static Link plain(SocketChannel channel) {
    return new Link() {
      @Override
      public int read(ByteBuffer bytes) throws IOException {
        return channel.read(bytes);
      }

      @Override
      public boolean write(ByteBuffer bytes) throws IOException {
        return channel.write(bytes) > 0;
      }

      @Override
      public boolean hasUnsent() {
        return false;
      }

      @Override
      public void close() throws IOException {
        channel.close();
      }
    };
  }
}
