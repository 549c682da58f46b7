package io.volute.http;

import java.util.function.Consumer;

/** Where {@code /metrics} comes from. */
@FunctionalInterface
public interface MetricsSource {
  /** No metrics at all. */
  MetricsSource NONE = whenThere -> whenThere.accept(new byte[0]);

  /**
   * Gathers them.
   *
   * @param whenThere gets the text format 0.0.4 of Prometheus, once, on any thread
   */
  void scrape(Consumer<byte[]> whenThere);
}
