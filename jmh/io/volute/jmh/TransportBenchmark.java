package io.volute.jmh;

import io.volute.identity.NodeId;
import io.volute.transport.TransportCounters;
import io.volute.transport.seal.Checksum;
import io.volute.transport.seal.ClusterKeys;
import io.volute.transport.seal.Guard;
import io.volute.transport.seal.KeyGuard;
import io.volute.transport.session.Handling;
import io.volute.transport.session.Sessions;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Random;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * A message from one end of a session to the other and its acknowledgement back, without a socket:
 * two datagrams. With {@code -prof gc}: what they allocate.
 */
public class TransportBenchmark extends ShortRun {
  private static final NodeId NEAR = new NodeId("near");
  private static final NodeId FAR = new NodeId("far");
  private static final InetSocketAddress NEAR_ADDRESS = new InetSocketAddress("127.0.0.1", 1);
  private static final InetSocketAddress FAR_ADDRESS = new InetSocketAddress("127.0.0.1", 2);

  @Param({"false", "true"})
  private boolean sealed;

  @Param({"100", "1000"})
  private int sizeBytes;

  private final ArrayDeque<ByteBuffer> spare = new ArrayDeque<>();
  private final ArrayDeque<ByteBuffer> toFar = new ArrayDeque<>();
  private final ArrayDeque<ByteBuffer> toNear = new ArrayDeque<>();
  private final Random random = new Random(1);
  private Sessions near;
  private Sessions far;
  private byte[] message;
  private long nowNanos;
  private long arrived;

  @Setup
  public void prepare() throws ClusterKeys.MalformedKeysException {
    message = new byte[sizeBytes];
    near = open(NEAR, toFar);
    far = open(FAR, toNear);
    arrived = 0;
    while (arrived == 0) {
      exchange();
    }
  }

  private Sessions open(NodeId self, ArrayDeque<ByteBuffer> out)
      throws ClusterKeys.MalformedKeysException {
    byte[] key = "k".repeat(ClusterKeys.MIN_BYTES).getBytes(StandardCharsets.US_ASCII);
    Guard guard = sealed ? new KeyGuard(ClusterKeys.parse(key)) : new Checksum();
    Optional<InetSocketAddress> nearAddress = Optional.of(NEAR_ADDRESS);
    Optional<InetSocketAddress> farAddress = Optional.of(FAR_ADDRESS);
    Sessions.Whereabouts places =
        new Sessions.Whereabouts() {
          @Override
          public Optional<InetSocketAddress> find(NodeId peer) {
            return peer.equals(NEAR) ? nearAddress : farAddress;
          }

          @Override
          public int maxDatagramBytes(SocketAddress address) {
            return 1472;
          }
        };
    return new Sessions(
        self,
        () -> random.nextLong() >>> 1,
        guard,
        peer -> true,
        places,
        (datagram, to) -> out.add(copy(datagram)),
        (from, bytes, offset, length) -> arrived++,
        (stranger, from) -> {},
        new TransportCounters(),
        64L << 20);
  }

  private ByteBuffer copy(ByteBuffer datagram) {
    ByteBuffer buffer = spare.poll();
    if (buffer == null) {
      buffer = ByteBuffer.allocate(65_536).order(ByteOrder.LITTLE_ENDIAN);
    }
    buffer.clear().put(datagram).flip();
    return buffer;
  }

  @Benchmark
  public long exchange() {
    nowNanos += 10_000_000;
    near.send(FAR, message, 0, sizeBytes, Handling.USUAL, message, nowNanos);
    near.flush(nowNanos);
    carry(toFar, far, NEAR_ADDRESS);
    nowNanos += 10_000_000;
    far.flush(nowNanos);
    carry(toNear, near, FAR_ADDRESS);
    return arrived;
  }

  private void carry(ArrayDeque<ByteBuffer> datagrams, Sessions to, SocketAddress from) {
    ByteBuffer datagram = datagrams.poll();
    while (datagram != null) {
      to.onDatagram(datagram, from, nowNanos);
      spare.add(datagram);
      datagram = datagrams.poll();
    }
  }
}
