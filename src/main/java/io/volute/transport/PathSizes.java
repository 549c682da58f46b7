package io.volute.transport;

import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.Collections;

/**
 * How large a datagram to an address may be without being cut up by this machine's own network:
 * before Java 19 a socket can't ask for datagrams not to be cut, and one whose pieces travel alone
 * is lost with any of them.
 */
final class PathSizes {
  /** The headers of IPv6 and UDP. */
  private static final int HEADER_BYTES = 48;

  private static final int ETHERNET_BYTES = 1500;

  private final int elsewhereBytes = smallestInterface() - HEADER_BYTES;

  private static int smallestInterface() {
    int smallest = Integer.MAX_VALUE;
    try {
      for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
        if (each.isUp() && !each.isLoopback() && each.getMTU() > 0) {
          smallest = Math.min(smallest, each.getMTU());
        }
      }
    } catch (SocketException e) {
      return ETHERNET_BYTES;
    }
    return smallest == Integer.MAX_VALUE ? ETHERNET_BYTES : smallest;
  }

  int maxDatagramBytes(SocketAddress address) {
    boolean isHere =
        address instanceof InetSocketAddress internet
            && !internet.isUnresolved()
            && internet.getAddress().isLoopbackAddress();
    return isHere ? Datagram.MAX_BYTES : elsewhereBytes;
  }
}
