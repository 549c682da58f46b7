package io.volute.cli.bench;

import io.volute.client.link.ExchangeException;
import java.io.Closeable;
import java.io.IOException;

/** One connection to a node, in a protocol; for one thread. */
interface Exchange extends Closeable {
  /** The node refused: why, in a word or two for a table. */
  final class RefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    RefusedException(String kind) {
      super(kind);
    }
  }

  /**
   * Writes a value.
   *
   * @throws RefusedException when the node says no
   * @throws ExchangeException when there is no whole answer
   */
  void write(String name, byte[] value) throws IOException;

  /**
   * Reads a value.
   *
   * @return how many bytes it has
   * @throws RefusedException when the node says no, or that there is none
   * @throws ExchangeException when there is no whole answer
   */
  long read(String name) throws IOException;

  /** The one that the plan asks for. */
  static Exchange of(LoadPlan plan) {
    return switch (plan.protocol()) {
      case HTTP -> new HttpExchange(plan);
      case RESP -> new RespExchange(plan);
    };
  }
}
