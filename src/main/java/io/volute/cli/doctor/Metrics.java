package io.volute.cli.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** Samples in the text form of Prometheus; a line that is none is passed over. */
final class Metrics {
  private static final int MAX_SAMPLES = 50_000;

  private record Sample(String name, String labels, double value) {}

  private final List<Sample> samples;

  private Metrics(List<Sample> samples) {
    this.samples = samples;
  }

  static Metrics parse(String text) {
    List<Sample> samples = new ArrayList<>();
    for (String line : text.lines().limit(MAX_SAMPLES).toList()) {
      int brace = line.indexOf('{');
      int end = brace < 0 ? line.indexOf(' ') : line.lastIndexOf('}') + 1;
      if (line.startsWith("#") || end <= 0 || end >= line.length()) {
        continue;
      }
      String name = line.substring(0, brace < 0 ? end : brace);
      String labels = brace < 0 ? "" : line.substring(brace, end);
      OptionalDouble value = number(line.substring(end).strip().split(" ", 2)[0]);
      value.ifPresent(present -> samples.add(new Sample(name, labels, present)));
    }
    return new Metrics(samples);
  }

  /** Empty for what is no sample: perhaps of a form that is newer than this client. */
  private static OptionalDouble number(String text) {
    try {
      return OptionalDouble.of(Double.parseDouble(text));
    } catch (NumberFormatException e) {
      return OptionalDouble.empty();
    }
  }

  /** The sum over all labels; empty when the node has no such metric. */
  OptionalDouble sum(String name) {
    return sum(name, "");
  }

  /** The same over those samples whose labels contain a text such as {@code outcome="ok"}. */
  OptionalDouble sum(String name, String label) {
    List<Double> values =
        samples.stream()
            .filter(sample -> sample.name().equals(name) && sample.labels().contains(label))
            .map(Sample::value)
            .toList();
    return values.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(values.stream().mapToDouble(Double::doubleValue).sum());
  }

  /** The largest over all labels; empty when the node has no such metric. */
  OptionalDouble largest(String name) {
    return samples.stream()
        .filter(sample -> sample.name().equals(name))
        .mapToDouble(Sample::value)
        .max();
  }

  /** The value of a label of the first sample of that name; empty when there is none. */
  String label(String name, String label) {
    String start = label + "=\"";
    for (Sample sample : samples) {
      int at = sample.labels().indexOf(start);
      if (sample.name().equals(name) && at >= 0) {
        int from = at + start.length();
        int end = sample.labels().indexOf('"', from);
        return end < 0 ? "" : sample.labels().substring(from, end);
      }
    }
    return "";
  }
}
