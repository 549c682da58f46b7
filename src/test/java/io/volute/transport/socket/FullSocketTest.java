package io.volute.transport.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** What a batch asks of a socket that takes nothing, or not all. */
class FullSocketTest {
  private static final int MESSAGES = 40;

  private final SendBatch batch = new SendBatch(new SystemAddresses(SystemLayout.AF_INET));

  /** Takes some messages at once, refuses some one by one, and has room for so many. */
  private static final class Socket implements SendBatch.Ways {
    private final int atOnce;
    private final int refused;
    private int room;
    private int calls;

    Socket(int atOnce, int refused, int room) {
      this.atOnce = atOnce;
      this.refused = refused;
      this.room = room;
    }

    @Override
    public int sendMany(long headers, int messages) {
      calls++;
      return calls == 1 ? atOnce : -1;
    }

    @Override
    public int sendOne(ByteBuffer datagram, SocketAddress to) throws IOException {
      calls++;
      if (calls - 2 < 2 * refused) {
        throw new IOException("no way there");
      }
      room--;
      return room >= 0 ? datagram.remaining() : 0;
    }
  }

  private void fill() throws IOException {
    InetAddress here = InetAddress.getByName("127.0.0.1");
    for (int i = 0; i < 2 * MESSAGES; i++) {
      // Two of one size to one address are one message of two segments.
      InetSocketAddress to = new InetSocketAddress(here, 1000 + i / 2);
      assertTrue(batch.add(ByteBuffer.wrap(new byte[100]), to));
    }
  }

  @Test
  void shouldNotAskForEachDatagramWhenTheSocketIsFull() throws IOException {
    fill();
    Socket socket = new Socket(-1, 0, 0);

    assertEquals(2 * MESSAGES, batch.sendBy(socket));
    assertEquals(2, socket.calls);
    assertTrue(batch.isEmpty());
  }

  @Test
  void shouldLoseWhatIsBehindTheOneWithoutRoom() throws IOException {
    fill();
    Socket socket = new Socket(10, 0, 3);

    assertEquals(2 * (MESSAGES - 10) - 3, batch.sendBy(socket));
    assertTrue(socket.calls <= 8, socket.calls + " calls");
  }

  @Test
  void shouldGoOnBehindWhatTheSystemRefuses() throws IOException {
    fill();
    Socket socket = new Socket(10, 2, Integer.MAX_VALUE);

    assertTrue(batch.sendBy(socket) <= 4);
    assertTrue(socket.calls > MESSAGES);
  }
}
