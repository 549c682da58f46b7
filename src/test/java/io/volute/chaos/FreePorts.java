package io.volute.chaos;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports for daemons, free for TCP and UDP. Below the range from which systems take a client's port,
 * so that they are still free when a node comes back.
 */
final class FreePorts {
  private static final int LEAST = 20_000;
  private static final int BOUND = 32_000;
  private static final int MOST_TRIES = 1000;

  private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

  private FreePorts() {}

  static int next() {
    for (int i = 0; i < MOST_TRIES; i++) {
      int port = ThreadLocalRandom.current().nextInt(LEAST, BOUND);
      if (isFree(port) && GIVEN.add(port)) {
        return port;
      }
    }
    throw new AssertionError("no free port between " + LEAST + " and " + BOUND);
  }

  private static boolean isFree(int port) {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    try (ServerSocket tcp = new ServerSocket();
        DatagramSocket udp = new DatagramSocket(null)) {
      tcp.bind(address);
      udp.bind(address);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
