package io.volute.metrics;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.volute.command.Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** All metrics of a node. For any thread. */
final class NodeMetrics {
  private static final double[] SECONDS = {
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10
  };

  /** The points of one command, so that counting looks nothing up in the library. */
  private final class Points {
    private final String command;
    private final DistributionDataPoint seconds;
    private final Optional<DistributionDataPoint> shown;
    private final Map<String, CounterDataPoint> outcomes = new ConcurrentHashMap<>();

    Points(String command) {
      this.command = command;
      this.seconds = durations.labelValues(command);
      this.shown =
          OF_VALUES.contains(command)
              ? Optional.of(siblings.labelValues(command))
              : Optional.empty();
    }

    void add(String outcome, double tookSeconds) {
      outcomes.computeIfAbsent(outcome, name -> commands.labelValues(command, name)).inc();
      seconds.observe(tookSeconds);
    }
  }

  /** Values of a key; more than 32 are refused. */
  private static final double[] SIBLINGS = {1, 2, 4, 8, 16, 32};

  private static final Set<String> OF_VALUES = Set.of("read", "write", "delete");

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Counter commands =
      Counter.builder()
          .name("volute_commands_total")
          .help("Commands of clients, by what came of them: ok, not_found, or why it was refused.")
          .labelNames("command", "outcome")
          .withoutExemplars() // The text format has none, and each command would look for one.
          .register(registry);
  private final Histogram durations =
      Histogram.builder()
          .name("volute_command_seconds")
          .help("Time from a command to its answer, waiting for peers and disks included.")
          .labelNames("command")
          .classicUpperBounds(SECONDS)
          .withoutExemplars()
          .classicOnly()
          .register(registry);
  private final Histogram siblings =
      Histogram.builder()
          .name("volute_command_siblings")
          .help(
              "Values that keys had when they were read or written; more than 1 wait to be merged.")
          .labelNames("command")
          .classicUpperBounds(SIBLINGS)
          .withoutExemplars()
          .classicOnly()
          .register(registry);
  private final WorkMetrics work = new WorkMetrics(registry);
  private final PeerMetrics peers = new PeerMetrics(registry);
  private final UpkeepMetrics upkeep = new UpkeepMetrics(registry);
  private final Gauge keys = gauge("volute_keys", "Keys held by this member, tombstones included.");
  private final Gauge valueBytes =
      gauge("volute_value_bytes", "Bytes of the live values held by this member.");
  private final Gauge hints =
      gauge("volute_hints", "Keys that this member is yet to bring to others that missed them.");
  private final Gauge sweeps =
      gauge("volute_sweeps_under_way", "Members with which all keys are being compared.");
  private final Gauge inSync =
      gauge(
          "volute_in_sync_age_seconds",
          "Time since when all members are known to hold the same as this one, of what they share;"
              + " NaN until that is known of each.");
  private final Gauge moveProgress =
      gauge(
          "volute_move_progress_ratio",
          "How much of what this member shares with reachable ones is confirmed to be in place"
              + " while keys move; 1 when none do.");
  private final Gauge moveUnconfirmed =
      gauge(
          "volute_move_unconfirmed_keys",
          "Keys held here that a reachable member may still lack while keys move.");
  private final Gauge scrubs = gauge("volute_scrubs", "Scrubs begun since the node was started.");
  private final Gauge scrubbing = gauge("volute_scrub_under_way", "1 while files are checked.");
  private final Gauge scrubBytes =
      gauge("volute_scrub_read_bytes", "Bytes that the last scrub has read so far.");
  private final Gauge scrubTotalBytes =
      gauge("volute_scrub_total_bytes", "Bytes that there were to read when it began.");
  private final Gauge scrubPlaces =
      gauge("volute_scrub_damaged_places", "Damaged stretches of files that it has found.");
  private final Gauge scrubVersions =
      gauge("volute_scrub_damaged_versions", "Live versions among what it has found damaged.");
  private final Gauge members =
      gauge("volute_members", "Members of the cluster, this one included.");
  private final Gauge membersAlive =
      gauge("volute_members_alive", "Members that can be reached, this one included.");
  private final Gauge reapingWaits =
      gauge(
          "volute_reaping_waits_for_members",
          "Members that can't be reached, while deleted or expired keys could go if they could.");
  private final Gauge uptime = gauge("volute_uptime_seconds", "Time since the node was started.");
  private final Gauge running =
      gauge("volute_running", "1 while commands are carried out, 0 while starting or stopping.");
  private final Gauge heap = gauge("volute_heap_used_bytes", "Java heap in use.");
  private final Gauge heapMax =
      gauge("volute_heap_max_bytes", "The most that the Java heap takes.");
  private final Gauge collections =
      gauge("volute_gc_seconds", "Time that garbage collections have taken since the start.");
  private final Gauge diskFree =
      gauge("volute_disk_free_bytes", "What may still be written to the disk of the home.");
  private final Gauge diskTotal =
      gauge("volute_disk_total_bytes", "The size of the file system that the home lies on.");
  private final Gauge storePaused =
      gauge(
          "volute_store_paused",
          "1 while the store refuses changes, for want of room or after a failed write.");
  private final Map<String, Points> points = new ConcurrentHashMap<>();

  /**
   * @param programVersion what {@code volute_info} says
   */
  NodeMetrics(String programVersion) {
    Info info =
        Info.builder()
            .name("volute_info")
            .help("The version of the program.")
            .labelNames("version")
            .register(registry);
    info.setLabelValues(programVersion);
  }

  private Gauge gauge(String name, String help) {
    return Gauge.builder().name(name).help(help).register(registry);
  }

  /** A command was answered. */
  void onAnswered(String command, Answer answer, long tookNanos) {
    Points of = points.computeIfAbsent(command, Points::new);
    of.add(outcome(answer), tookNanos / 1e9);
    if (answer instanceof Answer.Found found) {
      of.shown.ifPresent(point -> point.observe(found.siblings().size()));
    } else if (answer instanceof Answer.Written written && written.siblings() > 0) {
      of.shown.ifPresent(point -> point.observe(written.siblings()));
    }
  }

  private static String outcome(Answer answer) {
    if (answer instanceof Answer.Refused refused) {
      return refused.reason().name().toLowerCase(Locale.ROOT);
    }
    return answer instanceof Answer.NotFound ? "not_found" : "ok";
  }

  /** Takes over what the node says of itself. */
  void update(Answer.Status status) {
    keys.set((double) status.keys());
    valueBytes.set((double) status.valueBytes());
    hints.set((double) status.hints());
    sweeps.set(status.sweepsUnderWay());
    boolean known = status.inSyncMillis().isPresent();
    inSync.set(known ? status.inSyncMillis().getAsLong() / 1e3 : Double.NaN);
    moveProgress.set(status.moving().percent() / 100.0);
    moveUnconfirmed.set((double) status.moving().keysUnconfirmed());
    members.set(status.members());
    membersAlive.set(status.membersAlive());
    reapingWaits.set(status.reapingWaitsFor().size());
    uptime.set(status.uptimeMillis() / 1e3);
    running.set(status.phase() == Answer.Phase.RUNNING ? 1 : 0);
    Runtime runtime = Runtime.getRuntime();
    heap.set((double) runtime.totalMemory() - runtime.freeMemory());
    heapMax.set((double) runtime.maxMemory());
    long millis =
        ManagementFactory.getGarbageCollectorMXBeans().stream()
            .mapToLong(bean -> Math.max(0, bean.getCollectionTime()))
            .sum();
    collections.set(millis / 1e3);
  }

  /** Takes over how the node gets on with its peers. */
  void update(Answer.Health health) {
    peers.update(health);
    upkeep.update(health.upkeep());
  }

  /** Takes over what the store and the transport have counted. */
  void update(WorkProbe probe) {
    work.update(probe);
  }

  /** Takes over what can be seen of the disk. */
  void update(DiskProbe disk) {
    disk.freeBytes().ifPresent(bytes -> diskFree.set((double) bytes));
    disk.totalBytes().ifPresent(bytes -> diskTotal.set((double) bytes));
    storePaused.set(disk.isStorePaused() ? 1 : 0);
  }

  /** Takes over how the last scrub went. */
  void update(Answer.Scrubbed scrub) {
    scrubs.set((double) scrub.rounds());
    scrubbing.set(scrub.underWay() ? 1 : 0);
    scrubBytes.set((double) scrub.bytesRead());
    scrubTotalBytes.set((double) scrub.bytesTotal());
    scrubPlaces.set((double) scrub.damagedPlaces());
    scrubVersions.set((double) scrub.damagedVersions());
  }

  /** Everything as text. */
  byte[] text() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      PrometheusTextFormatWriter.builder().build().write(out, registry.scrape());
    } catch (IOException e) {
      throw new AssertionError("an array can't fail", e);
    }
    return out.toByteArray();
  }

  /** Name and help of each, as the reference page lists them. */
  List<String> describe() {
    return registry.scrape().stream()
        .map(one -> "| `" + shownName(one) + "` | " + one.getMetadata().getHelp() + " |")
        .sorted()
        .toList();
  }

  /** The library keeps names without the ending that the text has. */
  private static String shownName(MetricSnapshot metric) {
    String name = metric.getMetadata().getPrometheusName();
    if (metric instanceof CounterSnapshot) {
      return name + "_total";
    }
    return metric instanceof InfoSnapshot ? name + "_info" : name;
  }
}
