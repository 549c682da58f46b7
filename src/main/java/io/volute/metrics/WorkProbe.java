package io.volute.metrics;

import java.util.function.BiConsumer;

/** What the store and the transport have counted. For any thread; nothing waits. */
@FunctionalInterface
public interface WorkProbe {
  /**
   * Names each figure once, always the same ones.
   *
   * @param figure takes the name of a {@link WorkFigure} or, for the transport's counts, the event
   *     in lower case, and the number
   */
  void visit(BiConsumer<WorkFigure, Long> figure, BiConsumer<String, Long> event);
}
