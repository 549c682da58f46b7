package io.volute.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.causal.CausalContext;
import io.volute.command.AckLevel;
import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.command.CommandGate;
import io.volute.command.Condition;
import io.volute.identity.NodeId;
import io.volute.record.Name;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class MeteredGateTest {
  private static final Path PAGE = Path.of("docs/reference/metrics.md");
  private static final String TABLE_HEAD = "| metric | meaning |\n|---|---|\n";
  private static final Command READ =
      new Command.Read(Name.of("key"), Optional.empty(), AckLevel.DEFAULT, Command.Values.NONE);
  private static final Command DELETE =
      new Command.Delete(Name.of("key"), Optional.empty(), AckLevel.DEFAULT, Condition.NONE);

  private static final CommandGate NODE =
      (command, reply) -> {
        if (command instanceof Command.DescribeStatus) {
          reply.accept(
              new Answer.Status(
                  new NodeId("n"),
                  1,
                  Answer.Phase.RUNNING,
                  2500,
                  3,
                  2,
                  17,
                  4711,
                  5,
                  1,
                  OptionalLong.of(4500),
                  new Answer.Moving(true, 25, 12),
                  List.of(new NodeId("p"))));
        } else if (command instanceof Command.DescribeHealth) {
          reply.accept(
              new Answer.Health(
                  2,
                  1,
                  0,
                  3,
                  true,
                  new Answer.Upkeep(4, 3, 2, 1),
                  List.of(new Answer.PeerHealth(new NodeId("p"), true, OptionalLong.of(1500)))));
        } else if (command instanceof Command.Read) {
          reply.accept(new Answer.NotFound(CausalContext.EMPTY, 1, 1));
        } else {
          reply.accept(Answer.Refused.notApplied(Answer.Reason.STORE_FAILED, "full"));
        }
      };

  private static final WorkProbe WORK =
      (figure, event) -> {
        figure.accept(WorkFigure.LOG_BYTES, 4096L);
        figure.accept(WorkFigure.COMPACTED_SEGMENTS, 7L);
        event.accept("dropped_foreign", 3L);
      };
  private static final DiskProbe DISK =
      new DiskProbe() {
        @Override
        public OptionalLong freeBytes() {
          return OptionalLong.of(1000);
        }

        @Override
        public OptionalLong totalBytes() {
          return OptionalLong.of(4000);
        }

        @Override
        public boolean isStorePaused() {
          return true;
        }
      };

  private final MeteredGate gate = new MeteredGate(NODE, "1.2.3", DISK, WORK);

  private String scrape() {
    StringBuilder text = new StringBuilder();
    gate.scrape(bytes -> text.append(new String(bytes, StandardCharsets.UTF_8)));
    return text.toString();
  }

  private void assertLine(String line) {
    String text = scrape();
    assertTrue(List.of(text.split("\n", -1)).contains(line), line + " in\n" + text);
  }

  @Test
  void shouldCountWhatCameOfCommands() {
    for (int i = 0; i < 3; i++) {
      gate.submit(READ, answer -> assertTrue(answer instanceof Answer.NotFound));
    }
    gate.submit(DELETE, answer -> assertTrue(answer instanceof Answer.Refused));
    assertLine("volute_commands_total{command=\"read\",outcome=\"not_found\"} 3.0");
    assertLine("volute_commands_total{command=\"delete\",outcome=\"store_failed\"} 1.0");
    assertLine("volute_command_seconds_count{command=\"read\"} 3");
  }

  @Test
  void shouldShowHowManyValuesKeysHave() {
    NodeMetrics metrics = new NodeMetrics("x");
    metrics.onAnswered("write", new Answer.Written(CausalContext.EMPTY, 1, 1, 1), 1);
    metrics.onAnswered("write", new Answer.Written(CausalContext.EMPTY, 3, 1, 1), 1);
    String text = new String(metrics.text(), StandardCharsets.UTF_8);
    assertTrue(
        text.contains("volute_command_siblings_bucket{command=\"write\",le=\"1.0\"} 1"), text);
    assertTrue(
        text.contains("volute_command_siblings_bucket{command=\"write\",le=\"4.0\"} 2"), text);
  }

  @Test
  void shouldShowWhatTheNodeSaysOfItself() {
    assertLine("volute_keys 17.0");
    assertLine("volute_value_bytes 4711.0");
    assertLine("volute_members_alive 2.0");
    assertLine("volute_uptime_seconds 2.5");
    assertLine("volute_running 1.0");
    assertLine("volute_gossip_slowdown 2.0");
    assertLine("volute_members_suspect 1.0");
    assertLine("volute_changes_under_way 3.0");
    assertLine("volute_moving 1.0");
    assertLine("volute_reaping_waits_for_members 1.0");
    assertLine("volute_values_healed_total 4.0");
    assertLine("volute_values_lost_total 3.0");
    assertLine("volute_versions_given_up_total 2.0");
    assertLine("volute_keys_reaped_total 1.0");
    assertLine("volute_move_progress_ratio 0.25");
    assertLine("volute_move_unconfirmed_keys 12.0");
    assertLine("volute_log_bytes 4096.0");
    assertLine("volute_compacted_segments_total 7.0");
    assertLine("volute_peer_events_total{event=\"dropped_foreign\"} 3.0");
    assertLine("volute_peer_reachable{peer=\"p\"} 1.0");
    assertLine("volute_peer_sync_age_seconds{peer=\"p\"} 1.5");
    assertLine("volute_info{version=\"1.2.3\"} 1");
  }

  @Test
  void shouldShowWhatCanBeSeenOfTheDisk() {
    assertLine("volute_disk_free_bytes 1000.0");
    assertLine("volute_disk_total_bytes 4000.0");
    assertLine("volute_store_paused 1.0");
  }

  @Test
  void shouldEqualThePageThatListsThem() throws IOException {
    gate.submit(READ, answer -> {});
    NodeMetrics metrics = new NodeMetrics("x");
    metrics.onAnswered("read", new Answer.NotFound(CausalContext.EMPTY, 1, 1), 1);
    metrics.update(WORK);
    metrics.update(
        new Answer.Health(
            1,
            0,
            0,
            0,
            false,
            new Answer.Upkeep(0, 0, 0, 0),
            List.of(new Answer.PeerHealth(new NodeId("p"), true, OptionalLong.of(0)))));
    String page = Files.readString(PAGE);
    String renewed = withRows(page, metrics.describe());
    if (Boolean.getBoolean("volute.regenerate")) {
      Files.writeString(PAGE, renewed);
      page = renewed;
    }
    assertEquals(
        renewed,
        page,
        () ->
            PAGE
                + " is out of date; renew it with: mvn test -Dtest=MeteredGateTest"
                + " -Dvolute.regenerate=true");
  }

  /** The page with these rows in its table; the text around it is written by hand. */
  private static String withRows(String page, List<String> rows) {
    int begin = page.indexOf(TABLE_HEAD) + TABLE_HEAD.length();
    int end = page.indexOf("\n\n", begin);
    assertTrue(begin >= TABLE_HEAD.length() && end >= 0, PAGE + " has no table");
    return page.substring(0, begin) + String.join("\n", rows) + page.substring(end);
  }
}
