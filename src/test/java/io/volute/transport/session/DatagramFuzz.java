package io.volute.transport.session;

import io.volute.codec.MalformedMessageException;
import io.volute.codec.MessageDecoder;
import io.volute.testing.Generator;
import io.volute.transport.seal.Checksum;
import io.volute.transport.seal.Guard;
import io.volute.transport.seal.TestGuards;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Puts made-up, changed and repeated datagrams into nodes that talk, for as long as it is told to:
 * none may be delivered, none may throw. {@code scripts/fuzz} runs it; {@link DatagramFuzzTest} a
 * little of it with each build.
 *
 * <p>A checksum proves nothing, so under one only noise, damage and repeats are expected to be
 * dropped. Frames that lie under a good checksum are {@link HostileDatagramsTest}'s matter.
 */
public final class DatagramFuzz {
  /** After so many a new pair of nodes begins, so that their talk stays short. */
  private static final int A_ROUND = 100_000;

  private final Generator random;
  private final boolean sealed;
  private final MessageDecoder decoder = new MessageDecoder();
  private final ByteBuffer datagram =
      ByteBuffer.allocate(PacketLayout.MAX_BYTES + 1).order(ByteOrder.LITTLE_ENDIAN);
  private List<byte[]> captured = List.of();
  private SimPeer left;
  private SimPeer right;

  DatagramFuzz(long seed, boolean sealed) {
    this.random = new Generator(seed);
    this.sealed = sealed;
  }

  /** Runs so many millions; the second argument is the seed of the first round. */
  public static void main(String[] arguments) {
    long millions = Long.parseLong(arguments[0]);
    long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : System.nanoTime();
    System.out.println(millions + " million datagrams, seed " + seed);
    long startNanos = System.nanoTime();
    long done = 0;
    for (long round = 0; done < millions * 1_000_000; round++) {
      try {
        done += new DatagramFuzz(seed + round, round % 2 == 1).run(A_ROUND);
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("replay: 1 " + (seed + round), e);
      }
      if (round % 100 == 99) {
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNanos);
        System.out.println(done + " datagrams in " + seconds + " s, none delivered");
      }
    }
  }

  private Guard guard() {
    return sealed ? TestGuards.of("a") : new Checksum();
  }

  /** Returns how many datagrams were put in. */
  int run(int count) {
    SimPath path = new SimPath(random);
    left = new SimPeer(path, 1, 100, guard());
    right = new SimPeer(path, 2, 200, guard());
    left.meet(right);
    path.isCapturing = true;
    for (int i = 0; i < 20; i++) {
      left.send(right, i * i * 10, false);
      right.send(left, i * 100, true);
    }
    left.send(right, 150_000, false);
    left.turn();
    right.turn();
    path.runFor(1, TimeUnit.SECONDS);
    captured = path.captured();
    path.isCapturing = false;
    List<SimPeer> peers = List.of(left, right);
    int before = left.arrivals.size() + right.arrivals.size();
    require(before == 41, "they have talked");
    for (int i = 0; i < count; i++) {
      SimPeer peer = peers.get(random.below(2));
      make();
      peer.sessions.onDatagram(datagram, SimPath.addressOf(1 + random.below(3)), path.nowNanos());
      if (i % 16 == 0) {
        decode();
      }
    }
    require(left.arrivals.size() + right.arrivals.size() == before, "one was delivered");
    // And they still talk.
    left.send(right, 1000, false);
    left.turn();
    path.runFor(12, TimeUnit.SECONDS);
    require(left.arrivals.size() + right.arrivals.size() == before + 1, "they fell silent");
    return count;
  }

  private void make() {
    switch (random.below(4)) {
      case 0 -> noise();
      case 1 -> take(random.pick(captured), 0);
      default -> {
        take(random.pick(captured), 1 + random.below(4));
        renumber();
      }
    }
  }

  /**
   * Gives half of them a number that was not used, since repeats are dropped before they are
   * opened. Not under a checksum: of so many one would pass it by chance.
   */
  private void renumber() {
    if (sealed && datagram.limit() >= PacketLayout.DATA_HEADER_BYTES && random.chance(50)) {
      datagram.putLong(PacketLayout.NUMBER_OFFSET, A_ROUND + random.below(Integer.MAX_VALUE));
    }
  }

  private void noise() {
    byte[] bytes = random.bytes(random.below(80));
    put(bytes);
    if (bytes.length > PacketLayout.TYPE_OFFSET && random.chance(80)) {
      datagram.putInt(0, PacketLayout.MAGIC);
      datagram.put(PacketLayout.VERSION_OFFSET, PacketLayout.VERSION);
      datagram.put(PacketLayout.TYPE_OFFSET, (byte) random.below(5));
    }
  }

  /** One that was seen, with changes. */
  private void take(byte[] bytes, int changes) {
    put(bytes);
    for (int i = 0; i < changes; i++) {
      boolean inHead = random.chance(50);
      int index = random.below(inHead ? Math.min(64, bytes.length) : bytes.length);
      datagram.put(index, (byte) (datagram.get(index) ^ (1 + random.below(255))));
    }
    if (changes > 0 && random.chance(20)) {
      datagram.limit(random.below(bytes.length));
    }
  }

  private void put(byte[] bytes) {
    datagram.clear();
    datagram.put(0, bytes).limit(bytes.length);
  }

  /** The same bytes as a message, which only whoever holds the key could send. */
  private void decode() {
    try {
      decoder.decode(datagram.array(), 0, datagram.limit());
    } catch (MalformedMessageException e) {
      // That is what it should say.
      return;
    }
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what);
    }
  }
}
