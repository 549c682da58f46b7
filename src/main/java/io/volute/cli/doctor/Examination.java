package io.volute.cli.doctor;

import io.volute.cli.doctor.Finding.Level;
import io.volute.cli.text.Json;
import io.volute.client.link.Access;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What was found at some nodes, and between them. */
public final class Examination {
  private record Examined(NodeFacts facts, List<Finding> findings) {}

  private final List<Examined> nodes;
  private final List<Finding> cluster;

  private Examination(List<Examined> nodes, List<Finding> cluster) {
    this.nodes = nodes;
    this.cluster = cluster;
  }

  /** Asks the nodes, one after the other. */
  public static Examination of(List<Access> accesses) {
    List<Examined> nodes = new ArrayList<>();
    for (Access access : accesses) {
      NodeFacts facts = NodeFacts.gather(access);
      nodes.add(new Examined(facts, NodeChecks.of(facts)));
    }
    return new Examination(nodes, ClusterChecks.of(nodes.stream().map(Examined::facts).toList()));
  }

  /** Whether nothing is wrong. */
  public boolean isHealthy() {
    return count(Level.WRONG) == 0;
  }

  private long count(Level level) {
    return nodes.stream()
            .flatMap(node -> node.findings().stream())
            .filter(finding -> finding.level() == level)
            .count()
        + cluster.stream().filter(finding -> finding.level() == level).count();
  }

  /** For people. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (Examined node : nodes) {
      lines.add(node.facts().uid() + " at " + node.facts().address());
      node.findings().forEach(finding -> addTo(lines, finding));
    }
    if (!cluster.isEmpty()) {
      lines.add("cluster");
      cluster.forEach(finding -> addTo(lines, finding));
    }
    lines.add(
        isHealthy()
            ? "nothing is wrong" + (count(Level.NOTE) > 0 ? "; see the notes" : "")
            : count(Level.WRONG) + " wrong");
    return lines;
  }

  private static void addTo(List<String> lines, Finding finding) {
    lines.add(
        String.format(
            Locale.ROOT,
            "  %-5s  %-10s  %s",
            finding.level().word(),
            finding.check(),
            finding.says()));
    if (!finding.advice().isEmpty()) {
      lines.add(" ".repeat(21) + "→ " + finding.advice());
    }
  }

  /** For programs: one object on one line. */
  public String json() {
    String examined =
        nodes.stream()
            .map(
                node ->
                    "{\"uid\":"
                        + Json.quote(node.facts().uid())
                        + ",\"address\":"
                        + Json.quote(node.facts().address())
                        + ",\"findings\":"
                        + json(node.findings())
                        + "}")
            .collect(Collectors.joining(",", "[", "]"));
    return "{\"healthy\":"
        + isHealthy()
        + ",\"nodes\":"
        + examined
        + ",\"cluster\":"
        + json(cluster)
        + "}";
  }

  private static String json(List<Finding> findings) {
    return findings.stream().map(Finding::json).collect(Collectors.joining(",", "[", "]"));
  }
}
