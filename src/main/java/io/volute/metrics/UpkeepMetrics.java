package io.volute.metrics;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.volute.command.Answer;
import java.util.function.ToLongFunction;

/** What a node has mended, given up and removed by itself. For any thread. */
final class UpkeepMetrics {
  private volatile Answer.Upkeep now = new Answer.Upkeep(0, 0, 0, 0);

  UpkeepMetrics(PrometheusRegistry registry) {
    count(
        registry,
        "volute_values_healed",
        "Damaged values that were fetched again from other members.",
        Answer.Upkeep::valuesHealed);
    count(
        registry,
        "volute_values_lost",
        "Versions that were given up, since no member could send their values.",
        Answer.Upkeep::valuesLost);
    count(
        registry,
        "volute_versions_given_up",
        "Versions that were given up, lost ones included: owners had reaped them while this member"
            + " was away or its disk was lost.",
        Answer.Upkeep::versionsGivenUp);
    count(
        registry,
        "volute_keys_reaped",
        "Deleted and expired keys that were removed with their tombstones.",
        Answer.Upkeep::keysReaped);
  }

  private void count(
      PrometheusRegistry registry, String name, String help, ToLongFunction<Answer.Upkeep> figure) {
    CounterWithCallback.builder()
        .name(name)
        .help(help)
        .callback(callback -> callback.call((double) figure.applyAsLong(now)))
        .register(registry);
  }

  void update(Answer.Upkeep upkeep) {
    now = upkeep;
  }
}
