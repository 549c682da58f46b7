package io.volute.chaos;

import java.io.Closeable;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Stands between two nodes: each knows the other one by a port of the tap's, which passes datagrams
 * on and keeps a copy of them.
 */
final class PeerTap implements Closeable {
  private static final int MOST_KEPT = 400;
  private static final int MAX_DATAGRAM_BYTES = 65_535;

  private final DatagramSocket[] sockets = new DatagramSocket[2];
  private final int[] nodePorts = new int[2];
  private final List<byte[]> toFirst = new CopyOnWriteArrayList<>();

  /**
   * Starts to pass on.
   *
   * @param firstPort where the first node hears its peers
   */
  PeerTap(int firstPort, int secondPort) throws IOException {
    nodePorts[0] = firstPort;
    nodePorts[1] = secondPort;
    for (int i = 0; i < 2; i++) {
      sockets[i] = new DatagramSocket(new InetSocketAddress(loopback(), FreePorts.next()));
    }
    for (int i = 0; i < 2; i++) {
      int side = i;
      Thread thread = new Thread(() -> pass(side), "tap-" + side);
      thread.setDaemon(true);
      thread.start();
    }
  }

  private static InetAddress loopback() {
    return InetAddress.getLoopbackAddress();
  }

  /** Where a node, 0 or 1, is to be found by the other one. */
  String addressOf(int node) {
    return "127.0.0.1:" + sockets[node].getLocalPort();
  }

  private void pass(int side) {
    byte[] buffer = new byte[MAX_DATAGRAM_BYTES];
    while (!sockets[side].isClosed()) {
      DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
      try {
        sockets[side].receive(packet);
        byte[] bytes = Arrays.copyOf(buffer, packet.getLength());
        if (side == 0 && toFirst.size() < MOST_KEPT) {
          toFirst.add(bytes);
        }
        sendTo(side, bytes);
      } catch (IOException e) {
        // Closed, or the node isn't there: peers send again.
        Thread.onSpinWait();
      }
    }
  }

  /** Sends a datagram to a node, as its peer would. */
  void sendTo(int node, byte[] bytes) throws IOException {
    sockets[1 - node].send(new DatagramPacket(bytes, bytes.length, loopback(), nodePorts[node]));
  }

  /** What the first node got from the second one. */
  List<byte[]> seenByFirst() {
    return List.copyOf(toFirst);
  }

  @Override
  public void close() {
    sockets[0].close();
    sockets[1].close();
  }
}
