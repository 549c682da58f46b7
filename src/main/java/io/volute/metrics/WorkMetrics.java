package io.volute.metrics;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/** What the store and the transport count, read when somebody looks. For any thread. */
final class WorkMetrics {
  private final Map<WorkFigure, Long> figures = new EnumMap<>(WorkFigure.class);
  private final Map<String, Long> events = new TreeMap<>();

  WorkMetrics(PrometheusRegistry registry) {
    for (WorkFigure figure : WorkFigure.values()) {
      if (figure.counts) {
        CounterWithCallback.builder()
            .name(figure.metric)
            .help(figure.help)
            .callback(callback -> callback.call(value(figure)))
            .register(registry);
      } else {
        GaugeWithCallback.builder()
            .name(figure.metric)
            .help(figure.help)
            .callback(callback -> callback.call(value(figure)))
            .register(registry);
      }
    }
    CounterWithCallback.builder()
        .name("volute_peer_events")
        .help("What the transport between members has counted: datagrams, messages, drops, losses.")
        .labelNames("event")
        .callback(callback -> copyOfEvents().forEach((event, count) -> callback.call(count, event)))
        .register(registry);
  }

  private synchronized double value(WorkFigure figure) {
    return figures.getOrDefault(figure, 0L);
  }

  private synchronized Map<String, Long> copyOfEvents() {
    return new TreeMap<>(events);
  }

  synchronized void update(WorkProbe probe) {
    probe.visit(figures::put, events::put);
  }
}
