package io.volute.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.settings.NetworkTuning;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Nodes that only seem to be gone: they stand still for a moment, or get little to run on. */
@Timeout(240)
final class StandstillProcessTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final int STARVED_ROUNDS = 10;
  private static final long STARVED_MILLIS = 700;
  private static final long FED_MILLIS = 300;
  private static final int KEYS = 12;

  @RegisterExtension final TestCluster cluster = TestCluster.forEachTest();

  @Test
  void shouldNotHoldANodeForDeadThatGetsLittleOfTheProcessor() throws IOException {
    cluster.start(3);
    List<String> seen = new ArrayList<>();
    for (int i = 0; i < STARVED_ROUNDS; i++) {
      cluster.node(3).signal("STOP");
      Await.pause(STARVED_MILLIS);
      seen.add(membership(1));
      seen.add(membership(2));
      cluster.node(3).signal("CONT");
      Await.pause(FED_MILLIS);
    }
    seen.forEach(one -> assertFalse(one.contains(" dead"), one));
    Await.until(
        () -> "all are alive: " + membership(1) + membership(2) + membership(3),
        LIMIT,
        () -> alive(1) == 3 && alive(2) == 3 && alive(3) == 3);
  }

  @Test
  void shouldRefuteAFalseAccusationSoonAfterAShortStop() {
    cluster.start(3);
    awaitState(3, "alive");
    cluster.node(3).signal("STOP");
    awaitState(3, "suspect");
    cluster.node(3).signal("CONT");
    long since = System.nanoTime();
    List<String> seen = new ArrayList<>();
    Await.until(
        () -> "n3 is alive for all: " + seen,
        LIMIT,
        () -> {
          seen.add(membership(1));
          seen.add(membership(2));
          return alive(1) == 3 && alive(2) == 3;
        });
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since);
    System.out.println("a false accusation was refuted after " + millis + " ms");
    seen.add(membership(3));
    seen.forEach(one -> assertFalse(one.contains(" dead"), one));
    assertEquals(3, alive(3), "it holds nobody else for gone");
  }

  /**
   * With time limits for far-away sites, so that the one that stands is missed long after these
   * reads: without a second question they would wait for that.
   */
  @Test
  void shouldReadThroughOtherOwnersWhileOneStandsStill() throws IOException {
    cluster.start(4, "--network-preset", "wan");
    for (int i = 0; i < KEYS; i++) {
      TestNode writer = cluster.node(1);
      String target = "/write?w=all&name=k" + i;
      Await.until(
          () -> "all owners take it", LIMIT, () -> writer.curl(target, "-d", "v").status() == 200);
    }
    for (int i = 0; i < KEYS; i++) {
      read(i, "quorum");
    }
    cluster.node(4).signal("STOP");
    long longestMillis = 0;
    for (int i = 0; i < KEYS; i++) {
      longestMillis = Math.max(longestMillis, read(i, "one"));
      longestMillis = Math.max(longestMillis, read(i, "quorum"));
    }
    System.out.println("the longest read beside a stopped owner took " + longestMillis + " ms");
    assertTrue(longestMillis < NetworkTuning.WAN.contactTimeoutMillis(), longestMillis + " ms");
    cluster.node(4).signal("CONT");
  }

  /** Returns how many ms it took. */
  private long read(int number, String level) throws IOException {
    TestNode reader = cluster.node(1 + number % 3);
    long since = System.nanoTime();
    HttpAnswer answer = reader.ask("/read?name=k" + number + "&r=" + level);
    assertEquals(200, answer.status(), answer.toString());
    assertEquals("v", answer.text());
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since);
  }

  private void awaitState(int number, String state) {
    Await.until(
        () -> "n" + number + " is " + state + ": " + membership(1) + membership(2),
        LIMIT,
        () ->
            membership(1).matches("(?s).*n" + number + " \\S+ " + state + ".*")
                || membership(2).matches("(?s).*n" + number + " \\S+ " + state + ".*"));
  }

  private String membership(int number) {
    return cluster.node(number).curlSocket("/membership").text();
  }

  private long alive(int number) {
    return membership(number).lines().filter(line -> line.endsWith(" alive")).count();
  }
}
