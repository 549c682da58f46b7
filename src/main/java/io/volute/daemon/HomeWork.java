package io.volute.daemon;

import io.volute.metrics.WorkFigure;
import io.volute.metrics.WorkProbe;
import io.volute.storage.StoreEngine;
import io.volute.storage.StoreFigures;
import io.volute.transport.TransportCounter;
import io.volute.transport.TransportCounters;
import java.util.Locale;
import java.util.function.BiConsumer;

/** Shows in metrics what the store and the transport count. */
record HomeWork(StoreEngine store, TransportCounters transport) implements WorkProbe {
  @Override
  public void visit(BiConsumer<WorkFigure, Long> figure, BiConsumer<String, Long> event) {
    StoreFigures log = store.figures();
    figure.accept(WorkFigure.LOG_SEGMENTS, (long) log.segments());
    figure.accept(WorkFigure.LOG_BYTES, log.logBytes());
    figure.accept(WorkFigure.LOG_LIVE_BYTES, log.liveBytes());
    figure.accept(WorkFigure.COMPACTED_SEGMENTS, log.compactedSegments());
    figure.accept(WorkFigure.COMPACTION_COPIED_BYTES, log.copiedBytes());
    figure.accept(WorkFigure.COMPACTION_FREED_BYTES, log.freedBytes());
    for (TransportCounter counter : TransportCounter.values()) {
      long count = transport.get(counter);
      if (counter == TransportCounter.RECEIVED_BYTES) {
        figure.accept(WorkFigure.RECEIVED_BYTES, count);
      } else if (counter == TransportCounter.SENT_BYTES) {
        figure.accept(WorkFigure.SENT_BYTES, count);
      } else {
        event.accept(counter.name().toLowerCase(Locale.ROOT), count);
      }
    }
  }
}
