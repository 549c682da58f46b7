package io.volute.cli.bench;

import io.volute.cli.text.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/**
 * How a run went.
 *
 * @param seconds measured, up to the last answer
 * @param successes answered as asked
 * @param bytes of values in those
 * @param errors by kind
 * @param latency of successes and of what was given up, in nanoseconds; in an open loop from when
 *     the request was due
 */
public record LoadReport(
    LoadPlan plan,
    double seconds,
    long successes,
    long bytes,
    Map<String, Long> errors,
    Histogram latency) {
  private static final double MIB = 1024.0 * 1024.0;
  private static final double NANOS_PER_MILLI = 1e6;

  private record Point(String name, double percentile) {}

  private static final List<Point> POINTS =
      List.of(
          new Point("p50", 50),
          new Point("p90", 90),
          new Point("p99", 99),
          new Point("p99.9", 99.9),
          new Point("p99.99", 99.99),
          new Point("max", 100));

  private double perSecond() {
    return successes / seconds;
  }

  private long errorCount() {
    return errors.values().stream().mapToLong(Long::longValue).sum();
  }

  private double millisAt(Point point) {
    return latency.getValueAtPercentile(point.percentile()) / NANOS_PER_MILLI;
  }

  /** For people. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    String loop =
        plan.rate().isPresent()
            ? format("open loop at %.1f per second", plan.rate().get())
            : "closed loop";
    lines.add(
        format(
            "%s over %s, %s, %d connections to %s, %d keys, %d bytes",
            operation(),
            protocol(),
            loop,
            plan.connections(),
            plan.access(),
            plan.keys(),
            plan.size()));
    lines.add(
        format(
            "throughput  %.1f per second (%d in %.2f s), %.2f MiB/s",
            perSecond(), successes, seconds, bytes / MIB / seconds));
    String kinds =
        errors.entrySet().stream()
            .map(error -> error.getKey() + " " + error.getValue())
            .collect(Collectors.joining(", ", " (", ")"));
    lines.add("errors      " + errorCount() + (errors.isEmpty() ? "" : kinds));
    lines.add(
        plan.rate().isPresent()
            ? "latency     from when each request was due, in ms"
            : "latency     from when each request was sent, in ms");
    for (Point point : POINTS) {
      lines.add(format("  %-7s  %9.3f", point.name(), millisAt(point)));
    }
    return lines;
  }

  /** For programs: one object on one line. */
  public String json() {
    StringBuilder json = new StringBuilder();
    json.append("{\"operation\":").append(Json.quote(operation()));
    json.append(",\"protocol\":").append(Json.quote(protocol()));
    json.append(",\"loop\":").append(plan.rate().isPresent() ? "\"open\"" : "\"closed\"");
    plan.rate().ifPresent(rate -> json.append(format(",\"rate\":%.3f", rate)));
    json.append(",\"connections\":").append(plan.connections());
    json.append(",\"keys\":").append(plan.keys());
    json.append(",\"size\":").append(plan.size());
    json.append(format(",\"seconds\":%.3f", seconds));
    json.append(",\"successes\":").append(successes);
    json.append(format(",\"perSecond\":%.1f", perSecond()));
    json.append(",\"bytes\":").append(bytes);
    json.append(",\"errors\":");
    json.append(
        errors.entrySet().stream()
            .map(error -> Json.quote(error.getKey()) + ":" + error.getValue())
            .collect(Collectors.joining(",", "{", "}")));
    json.append(",\"latencyMillis\":");
    json.append(
        POINTS.stream()
            .map(point -> Json.quote(point.name()) + format(":%.3f", millisAt(point)))
            .collect(Collectors.joining(",", "{", "}")));
    return json.append('}').toString();
  }

  private String protocol() {
    return plan.protocol().name().toLowerCase(Locale.ROOT);
  }

  private String operation() {
    return plan.operation().name().toLowerCase(Locale.ROOT);
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
