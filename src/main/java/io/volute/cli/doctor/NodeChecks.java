package io.volute.cli.doctor;

import io.volute.cli.doctor.NodeFacts.Member;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** What can be said of one node by what it tells. */
final class NodeChecks {
  private static final double HEAP_FULL = 0.92;
  private static final double DISK_LOW = 0.10;
  private static final double DISK_FULL = 0.02;

  /** Below this a node takes no changes, whatever the size of its disk. */
  private static final double DISK_RESERVE_BYTES = 64L << 20;

  private static final long LONG_AGO_MILLIS = 120_000;
  private static final double MANY_FAILURES = 0.01;
  private static final long FEW_COMMANDS = 100;

  private final NodeFacts facts;
  private final List<Finding> findings = new ArrayList<>();

  private NodeChecks(NodeFacts facts) {
    this.facts = facts;
  }

  static List<Finding> of(NodeFacts facts) {
    NodeChecks checks = new NodeChecks(facts);
    if (facts.refusal().isPresent()) {
      checks.findings.add(
          Finding.wrong(
              "reach",
              facts.refusal().get(),
              "see whether the daemon runs there, and what its log says; check address and token"));
      return checks.findings;
    }
    checks.state();
    checks.membership();
    checks.hints();
    checks.sync();
    checks.disk();
    checks.values();
    checks.memory();
    checks.failures();
    checks.flags();
    return checks.findings;
  }

  private void state() {
    String state = facts.status().getOrDefault("state", "unknown");
    switch (state) {
      case "running" -> findings.add(Finding.ok("state", "running"));
      case "starting" ->
          findings.add(
              Finding.note("state", "starting", "wait; if it stays so, look into its log"));
      default ->
          findings.add(
              Finding.wrong(
                  "state", state, "it takes no commands: use another member, or start it again"));
    }
  }

  private void membership() {
    int alive = 0;
    int counted = 0;
    for (Member member : facts.members()) {
      if (member.state().equals("left")) {
        continue;
      }
      counted++;
      String who = member.uid() + " (" + member.address() + ") is " + member.state();
      switch (member.state()) {
        case "alive" -> alive++;
        case "suspect" ->
            findings.add(
                Finding.note(
                    "member", who, "look again; if it stays so, check UDP between the two"));
        default ->
            findings.add(
                Finding.wrong(
                    "member",
                    who,
                    "start it again with its home; if it is gone for good, remove it:"
                        + " POST /remove-peer?uid="
                        + member.uid()
                        + "; until then deleted and expired keys keep their tombstones"));
      }
    }
    if (alive == counted) {
      findings.add(Finding.ok("membership", counted + " of " + counted + " members alive"));
    }
  }

  private boolean hasAllAlive() {
    return facts.members().stream()
        .allMatch(member -> member.state().equals("alive") || member.state().equals("left"));
  }

  private void hints() {
    Optional<Long> hints = facts.number("hints");
    if (hints.isEmpty()) {
      return;
    }
    if (hints.get() == 0) {
      findings.add(Finding.ok("hints", "none held"));
    } else if (hasAllAlive()) {
      findings.add(
          Finding.note(
              "hints",
              hints.get() + " keys are yet to be brought to members that missed them",
              "look again in a minute: the number should go down"));
    } else {
      findings.add(
          Finding.note(
              "hints",
              hints.get() + " keys wait for members that are not there",
              "bring those members back, or remove them"));
    }
  }

  private void sync() {
    inSync();
    Optional<Long> underWay = facts.number("syncsUnderWay");
    if (underWay.isPresent() && underWay.get() > 0) {
      findings.add(
          Finding.note(
              "sync",
              "all keys are being compared with " + underWay.get() + " members",
              "nothing to do; this ends by itself"));
    } else if (underWay.isPresent()) {
      findings.add(Finding.ok("sync", "no full comparison under way"));
    }
  }

  /** Of a node that is alone there is nothing to tell. */
  private void inSync() {
    String path = "inSyncMillisAgo";
    if (facts.members().size() < 2 || !facts.status().containsKey(path)) {
      return;
    }
    Optional<Long> ago = facts.number(path);
    String advice = "look again in a minute; if it stays so, see whether all members are alive";
    if (ago.isEmpty()) {
      findings.add(Finding.note("sync", "not yet compared with every member", advice));
    } else if (ago.get() > LONG_AGO_MILLIS) {
      String says = "last seen to be the same as all others " + ago.get() / 1000 + " s ago";
      findings.add(Finding.note("sync", says, advice));
    } else {
      findings.add(Finding.ok("sync", "the same as all others " + ago.get() / 1000 + " s ago"));
    }
  }

  private void disk() {
    OptionalDouble paused = facts.metrics().largest("volute_store_paused");
    if (paused.isPresent() && paused.getAsDouble() > 0) {
      findings.add(
          Finding.wrong(
              "disk",
              "the store takes no changes",
              "make room on the disk of --home, or see its log; reads go on meanwhile"));
    }
    OptionalDouble free = facts.metrics().sum("volute_disk_free_bytes");
    OptionalDouble all = facts.metrics().sum("volute_disk_total_bytes");
    if (free.isEmpty() || all.isEmpty() || all.getAsDouble() <= 0) {
      return;
    }
    double part = free.getAsDouble() / all.getAsDouble();
    String says =
        String.format(
            Locale.ROOT, "%.0f %% free (%.1f GiB)", part * 100, free.getAsDouble() / (1L << 30));
    String advice = "make room, or give the cluster another member; at the end changes are refused";
    if (part < DISK_FULL || free.getAsDouble() < DISK_RESERVE_BYTES) {
      findings.add(Finding.wrong("disk", says, advice));
    } else if (part < DISK_LOW) {
      findings.add(Finding.note("disk", says, advice));
    } else {
      findings.add(Finding.ok("disk", says));
    }
  }

  private void values() {
    OptionalDouble lost = facts.metrics().largest("volute_values_lost_total");
    if (lost.isPresent() && lost.getAsDouble() > 0) {
      findings.add(
          Finding.wrong(
              "values",
              String.format(
                  Locale.ROOT,
                  "%.0f values were damaged and no member had them",
                  lost.getAsDouble()),
              "its log names their keys: restore or write them again; look after the disk"));
    }
    OptionalDouble damaged = facts.metrics().largest("volute_scrub_damaged_versions");
    if (damaged.isPresent() && damaged.getAsDouble() > 0) {
      findings.add(
          Finding.note(
              "values",
              String.format(
                  Locale.ROOT, "%.0f were found damaged by the last scrub", damaged.getAsDouble()),
              "scrub again: those that another member had are whole now; look after the disk"));
    }
  }

  private void memory() {
    OptionalDouble used = facts.metrics().sum("volute_heap_used_bytes");
    OptionalDouble most = facts.metrics().sum("volute_heap_max_bytes");
    if (used.isEmpty() || most.isEmpty() || most.getAsDouble() <= 0) {
      return;
    }
    double part = used.getAsDouble() / most.getAsDouble();
    String says =
        String.format(
            Locale.ROOT, "%.0f %% of %.0f MiB", part * 100, most.getAsDouble() / (1L << 20));
    if (part > HEAP_FULL) {
      findings.add(
          Finding.note(
              "memory", says, "look again; if it stays so, give it more: VOLUTE_JAVA_OPTS=-Xmx…"));
    } else {
      findings.add(Finding.ok("memory", says));
    }
  }

  private void failures() {
    OptionalDouble all = facts.metrics().sum("volute_commands_total");
    if (all.isEmpty() || all.getAsDouble() < FEW_COMMANDS) {
      return;
    }
    double good =
        facts.metrics().sum("volute_commands_total", "outcome=\"ok\"").orElse(0)
            + facts.metrics().sum("volute_commands_total", "outcome=\"not_found\"").orElse(0);
    double part = 1 - good / all.getAsDouble();
    String says =
        String.format(
            Locale.ROOT, "%.2f %% of %.0f since its start", part * 100, all.getAsDouble());
    if (part > MANY_FAILURES) {
      findings.add(
          Finding.note("refusals", says, "volute_commands_total in /metrics says why, by outcome"));
    } else {
      findings.add(Finding.ok("refusals", says));
    }
  }

  /** Only of a node that tells its flags. */
  private void flags() {
    String fsync = facts.status().getOrDefault("flags.fsync", "");
    if (fsync.equals("never")) {
      findings.add(
          Finding.note(
              "flags", "--fsync never: a loss of power loses writes", "use --fsync always"));
    }
    if (facts.status().getOrDefault("flags.store", "").equals("ram")) {
      findings.add(
          Finding.note(
              "flags", "--store ram: nothing outlives the process", "use the durable default"));
    }
    if (facts.status().getOrDefault("flags.insecure", "").equals("true")) {
      findings.add(
          Finding.wrong(
              "flags",
              "--insecure: who reaches it may read and write",
              "use --cluster-key for peers, --token-file and --tls-cert for clients"));
    }
    if (facts.status().getOrDefault("flags.udp", "").equals("true")) {
      findings.add(
          Finding.note(
              "flags",
              "--udp: what the network loses waits for the next sync",
              "leave it out, unless you measure something"));
    }
  }
}
