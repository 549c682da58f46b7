package io.volute.transport.socket;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Addresses in the system's form and in Java's. Those that were used lately are kept in both
 * directions, so that traffic with the same peers makes no objects.
 */
final class SystemAddresses {
  /** What any address takes. */
  static final int NAME_BYTES = 32;

  private static final int PORT_OFFSET = 2;
  private static final int V4_OFFSET = 4;
  private static final int V6_OFFSET = 8;
  private static final int SCOPE_OFFSET = 24;
  private static final int V4_NAME_BYTES = 16;
  private static final int V6_NAME_BYTES = 28;
  private static final int V4_BYTES = 4;
  private static final int V6_BYTES = 16;

  /** An IPv4 address is the last four bytes of an IPv6 one that begins so. */
  private static final int MAPPED_OFFSET = V6_OFFSET + 10;

  private static final int KEPT = 256;

  private final boolean isV6;
  private final UnsafeBuffer toSend = new UnsafeBuffer(new byte[KEPT * NAME_BYTES]);
  private final InetSocketAddress[] toSendOf = new InetSocketAddress[KEPT];
  private final UnsafeBuffer seen = new UnsafeBuffer(new byte[KEPT * NAME_BYTES]);
  private final InetSocketAddress[] seenOf = new InetSocketAddress[KEPT];

  /**
   * @param family of the socket
   */
  SystemAddresses(int family) {
    this.isV6 = family == SystemLayout.AF_INET6;
  }

  int nameBytes() {
    return isV6 ? V6_NAME_BYTES : V4_NAME_BYTES;
  }

  /**
   * Writes an address in the system's form.
   *
   * @return false for what a socket of this family can't reach
   */
  boolean write(SocketAddress address, UnsafeBuffer out, int offset) {
    if (!(address instanceof InetSocketAddress internet)
        || internet.isUnresolved()
        || (!isV6 && !(internet.getAddress() instanceof Inet4Address))) {
      return false;
    }
    int place = placeOf(internet);
    int kept = place * NAME_BYTES;
    if (!internet.equals(toSendOf[place])) {
      encode(internet, kept);
      toSendOf[place] = internet;
    }
    out.putBytes(offset, toSend, kept, NAME_BYTES);
    return true;
  }

  private static int placeOf(InetSocketAddress address) {
    return Math.floorMod(address.hashCode(), KEPT);
  }

  private void encode(InetSocketAddress address, int offset) {
    byte[] bytes = address.getAddress().getAddress();
    toSend.setMemory(offset, NAME_BYTES, (byte) 0);
    toSend.putShort(offset, (short) (isV6 ? SystemLayout.AF_INET6 : SystemLayout.AF_INET));
    toSend.putShort(offset + PORT_OFFSET, (short) address.getPort(), ByteOrder.BIG_ENDIAN);
    if (!isV6) {
      toSend.putBytes(offset + V4_OFFSET, bytes);
    } else if (bytes.length == V4_BYTES) {
      toSend.putShort(offset + MAPPED_OFFSET, (short) -1);
      toSend.putBytes(offset + MAPPED_OFFSET + Short.BYTES, bytes);
    } else {
      toSend.putBytes(offset + V6_OFFSET, bytes);
      int scope = ((Inet6Address) address.getAddress()).getScopeId();
      toSend.putInt(offset + SCOPE_OFFSET, scope);
    }
  }

  /** Reads an address that the system has written. */
  InetSocketAddress read(UnsafeBuffer names, int offset) {
    long first = names.getLong(offset);
    long second = names.getLong(offset + Long.BYTES);
    long third = isV6 ? names.getLong(offset + 2 * Long.BYTES) : 0;
    int scope = isV6 ? names.getInt(offset + SCOPE_OFFSET) : 0;
    int place = (int) ((first * 31 + second * 17 + third + scope) * 0x9E3779B97F4A7C15L >>> 56);
    int kept = place * NAME_BYTES;
    if (seenOf[place] == null
        || seen.getLong(kept) != first
        || seen.getLong(kept + Long.BYTES) != second
        || seen.getLong(kept + 2 * Long.BYTES) != third
        || seen.getInt(kept + SCOPE_OFFSET) != scope) {
      seenOf[place] = decode(names, offset, scope);
      seen.putLong(kept, first);
      seen.putLong(kept + Long.BYTES, second);
      seen.putLong(kept + 2 * Long.BYTES, third);
      seen.putInt(kept + SCOPE_OFFSET, scope);
    }
    return seenOf[place];
  }

  private InetSocketAddress decode(UnsafeBuffer names, int offset, int scope) {
    byte[] bytes = new byte[isV6 ? V6_BYTES : V4_BYTES];
    names.getBytes(offset + (isV6 ? V6_OFFSET : V4_OFFSET), bytes);
    int port = names.getShort(offset + PORT_OFFSET, ByteOrder.BIG_ENDIAN) & 0xffff;
    try {
      // Makes an IPv4 address of one that is mapped.
      InetAddress address = InetAddress.getByAddress(bytes);
      if (scope != 0 && address instanceof Inet6Address) {
        address = Inet6Address.getByAddress(null, bytes, scope);
      }
      return new InetSocketAddress(address, port);
    } catch (UnknownHostException e) {
      throw new AssertionError("an address has 4 or 16 bytes", e);
    }
  }
}
