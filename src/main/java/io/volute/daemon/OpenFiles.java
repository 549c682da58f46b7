package io.volute.daemon;

import com.sun.management.UnixOperatingSystemMXBean;
import io.volute.settings.ListenAddress;
import io.volute.settings.Settings;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.stream.Stream;

/**
 * Divides the files that the process may open between clients and everything else.
 *
 * <p>Each connection is an open file. A node without one left could neither accept a client nor
 * open a file of its store, and the store must not fail because clients are many. So a part is set
 * aside, and the listeners share the rest: who comes beyond it waits in the backlog.
 */
final class OpenFiles {
  private static final System.Logger LOG = System.getLogger(OpenFiles.class.getName());

  /** What a process may open where the system has no such limit, or does not tell it. */
  private static final long UNKNOWN_LIMIT = 1 << 20;

  /** For the 256 files that the store keeps open, its others, peers and the JVM. */
  private static final int LEAST_SET_ASIDE = 384;

  /** And this part of a higher limit: a node that takes more clients also opens more files. */
  private static final int PART_SET_ASIDE = 8;

  /** Fewer than this are no service. */
  private static final int LEAST_CONNECTIONS = 16;

  /** Fewer than this are told as a warning: pools of clients run into it. */
  private static final int FEW_CONNECTIONS = 1000;

  private OpenFiles() {}

  /**
   * How many clients each listener of the node may have.
   *
   * @param wanted that many if the files allow them
   * @return 16 to {@code wanted}
   * @throws StartException when there is no room for clients at all
   */
  static int connectionsAListener(Settings settings, int wanted) throws StartException {
    long limit = limit();
    int listeners = listeners(settings);
    int share = share(limit, listeners, wanted);
    if (share < LEAST_CONNECTIONS) {
      throw new StartException(
          StartException.EXIT_UNAVAILABLE,
          "open files: the limit of this process is "
              + limit
              + "; it needs "
              + needed(listeners, LEAST_CONNECTIONS)
              + " and more (ulimit -n, or LimitNOFILE= of the systemd unit)",
          null);
    }
    if (share < wanted) {
      LOG.log(
          share < FEW_CONNECTIONS ? System.Logger.Level.WARNING : System.Logger.Level.DEBUG,
          "each listener takes {0} connections at most, not {1}: this process may open {2} files;"
              + " for all of them raise ulimit -n, or LimitNOFILE= of the systemd unit, to {3}",
          Integer.toString(share),
          Integer.toString(wanted),
          Long.toString(limit),
          Long.toString(needed(listeners, wanted)));
    }
    return share;
  }

  /**
   * The connections of one listener.
   *
   * @param limit files of the process
   * @param listeners 1 and up
   * @return 0 to {@code wanted}
   */
  static int share(long limit, int listeners, int wanted) {
    assert listeners >= 1 : listeners;
    long setAside = Math.max(LEAST_SET_ASIDE, limit / PART_SET_ASIDE);
    return (int) Math.max(0, Math.min(wanted, (limit - setAside) / listeners));
  }

  /** The lowest limit with which each listener has that many. */
  static long needed(int listeners, int connections) {
    long forClients = (long) listeners * connections;
    // The part is rounded down, so this is the least of which 7/8, rounded up, are enough.
    long byPart = (forClients - 1) * PART_SET_ASIDE / (PART_SET_ASIDE - 1) + 1;
    return Math.max(forClients + LEAST_SET_ASIDE, byPart);
  }

  private static long limit() {
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix) {
      long limit = unix.getMaxFileDescriptorCount();
      return limit > 0 ? limit : UNKNOWN_LIMIT;
    }
    return UNKNOWN_LIMIT;
  }

  /** A host name is listened to on each of its addresses. */
  private static int listeners(Settings settings) {
    List<ListenAddress> all =
        Stream.concat(settings.listen().stream(), settings.resp().stream()).toList();
    int count = 0;
    for (ListenAddress address : all) {
      count += address instanceof ListenAddress.Tcp tcp ? addresses(tcp.address().host()) : 1;
    }
    return Math.max(1, count);
  }

  private static int addresses(String host) {
    try {
      return InetAddress.getAllByName(host).length;
    } catch (UnknownHostException e) {
      // The listener says so, with the flag, as soon as it is opened.
      return 1;
    }
  }
}
