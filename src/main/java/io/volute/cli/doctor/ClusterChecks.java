package io.volute.cli.doctor;

import io.volute.cli.doctor.NodeFacts.Member;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What shows only when several nodes are held against each other. */
final class ClusterChecks {
  /** A node shows its clock in whole seconds, so less can't be told. */
  private static final long CLOCKS_APART_MILLIS = 2000;

  private static final int LEAST_FOR_A_FAILURE = 3;

  private ClusterChecks() {}

  static List<Finding> of(List<NodeFacts> all) {
    List<NodeFacts> nodes = all.stream().filter(node -> node.refusal().isEmpty()).toList();
    List<Finding> findings = new ArrayList<>();
    if (nodes.isEmpty()) {
      return findings;
    }
    size(nodes, findings);
    if (nodes.size() > 1) {
      views(nodes, findings);
    }
    alike(nodes, "version", "programs", "finish the upgrade: one version on all members", findings);
    for (String flag : List.of("clone", "mirrors", "udp")) {
      String path = "flags." + flag;
      if (nodes.stream().anyMatch(node -> node.status().containsKey(path))) {
        alike(nodes, path, "flags", "start all members with the same --" + flag, findings);
      }
    }
    clocks(nodes, findings);
    return findings;
  }

  private static void size(List<NodeFacts> nodes, List<Finding> findings) {
    long members =
        nodes.get(0).members().stream().filter(one -> !one.state().equals("left")).count();
    if (members > 1 && members < LEAST_FOR_A_FAILURE) {
      findings.add(
          Finding.note(
              "size",
              members + " members: a quorum of two needs both",
              "a third member lets any one fail"));
    }
  }

  /** Members must agree on who is a member, and on where. */
  private static void views(List<NodeFacts> nodes, List<Finding> findings) {
    Map<String, List<String>> byView = new TreeMap<>();
    for (NodeFacts node : nodes) {
      String view =
          node.members().stream()
              .filter(member -> !member.state().equals("left"))
              .map(Member::uid)
              .collect(Collectors.toCollection(TreeSet::new))
              .toString();
      byView.computeIfAbsent(view, unused -> new ArrayList<>()).add(node.uid());
    }
    if (byView.size() == 1) {
      findings.add(Finding.ok("views", "all that were asked know the same members"));
      return;
    }
    String says =
        byView.entrySet().stream()
            .map(view -> String.join(", ", view.getValue()) + " know " + view.getKey())
            .collect(Collectors.joining("; "));
    findings.add(
        Finding.wrong(
            "views", says, "look again in a moment; if it stays so, join one side to the other"));
  }

  private static void alike(
      List<NodeFacts> nodes, String path, String check, String advice, List<Finding> findings) {
    Map<String, List<String>> byValue = new TreeMap<>();
    for (NodeFacts node : nodes) {
      String value = node.status().getOrDefault(path, "not told");
      byValue.computeIfAbsent(value, unused -> new ArrayList<>()).add(node.uid());
    }
    String name = path.substring(path.indexOf('.') + 1);
    if (byValue.size() == 1) {
      findings.add(Finding.ok(check, name + " " + byValue.keySet().iterator().next()));
      return;
    }
    String says =
        byValue.entrySet().stream()
            .map(one -> name + " " + one.getKey() + " on " + String.join(", ", one.getValue()))
            .collect(Collectors.joining("; "));
    findings.add(Finding.note(check, says, advice));
  }

  private static void clocks(List<NodeFacts> nodes, List<Finding> findings) {
    boolean isToldByAny = false;
    boolean isAnyWrong = false;
    for (NodeFacts node : nodes) {
      isToldByAny |= node.clockAheadMillis().isPresent();
      long ahead = node.clockAheadMillis().orElse(0L);
      if (Math.abs(ahead) > CLOCKS_APART_MILLIS) {
        isAnyWrong = true;
        findings.add(
            Finding.note(
                "clocks",
                node.uid() + " is about " + ahead / 1000 + " s from the clock of this machine",
                "run a time service on both: TTLs, and which sibling is shown, go by the clock"));
      }
    }
    if (isToldByAny && !isAnyWrong) {
      findings.add(Finding.ok("clocks", "within " + CLOCKS_APART_MILLIS + " ms of this machine's"));
    }
  }
}
