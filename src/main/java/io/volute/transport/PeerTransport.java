package io.volute.transport;

import io.volute.port.Wire;
import java.net.InetSocketAddress;

/**
 * The way to the peers, as the thread that owns it drives it. In each turn it polls, hands messages
 * to {@link #send}, and flushes when the turn's writes are in the store; with nothing to do it
 * waits in {@link #await}, for no longer than {@link #restMillis}. Only {@link #wakeup} and {@link
 * #counters} are for other threads.
 */
public interface PeerTransport extends Wire, AutoCloseable {
  /** Where it is bound, with the actual port. */
  InetSocketAddress localAddress();

  TransportCounters counters();

  /** The largest value that fits into any message, whatever comes with it. */
  int maxValueBytes();

  /**
   * Receives what is there, without waiting.
   *
   * @param limit at most this many datagrams
   * @return how many were received, dropped ones included
   */
  int poll(MessageHandler handler, int limit);

  /** Sends what can be sent now. Never waits. */
  void flush();

  /**
   * How long {@link #flush} may be put off when nothing happens; 0 when it is due, {@link
   * Long#MAX_VALUE} for ever.
   */
  long restMillis();

  /**
   * Waits until a datagram is there, until {@link #wakeup}, or for so many milliseconds; 0 or less
   * doesn't wait. May return early.
   */
  void await(long maxMillis);

  /** Ends the waiting under way; without one, the next ends at once. */
  void wakeup();

  @Override
  void close();
}
