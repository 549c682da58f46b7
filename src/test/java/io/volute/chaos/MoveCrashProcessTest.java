package io.volute.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Three nodes become four under writes, and in the midst of the move processes are killed that give
 * keys, that take them, or both.
 */
@Timeout(240)
final class MoveCrashProcessTest {
  private static final int KEYS = 400;
  private static final int LEAST_WRITES = 100;
  private static final String VALUE = "v".repeat(16 * 1024);
  private static final Duration LIMIT = Duration.ofSeconds(40);

  /** A member drops what it does not own in its next life, which begins once a minute at most. */
  private static final Duration OWNERS_LIMIT = Duration.ofSeconds(100);

  private static final Pattern LISTED = Pattern.compile("\"(kept-\\d+)\":");

  @RegisterExtension final TestCluster cluster = TestCluster.forEachTest();

  @Test
  void shouldLoseNothingWhenAnOldOwnerIsKilledInTheMidstOfAMove() throws IOException {
    killInTheMidstOfAMove(List.of(1));
  }

  @Test
  void shouldLoseNothingWhenTheNewOwnerIsKilledInTheMidstOfAMove() throws IOException {
    killInTheMidstOfAMove(List.of(4));
  }

  @Test
  void shouldLoseNothingWhenAnOldAndTheNewOwnerAreKilledInTheMidstOfAMove() throws IOException {
    killInTheMidstOfAMove(List.of(1, 4));
  }

  private void killInTheMidstOfAMove(List<Integer> victims) throws IOException {
    cluster.start(3);
    keep();
    TestNode comer = comer();
    try (Writers writers = new Writers(cluster.nodes(), 4, true)) {
      writers.start();
      awaitWrites(writers, 0);
      comer.launch();
      Await.until(() -> "keys move: " + comer.log(), LIMIT, () -> isMoving(cluster.node(2)));
      Await.pause(ThreadLocalRandom.current().nextLong(400));
      boolean inTheMidst = isMoving(cluster.node(2));
      for (int number : victims) {
        cluster.node(number).kill();
      }
      awaitWrites(writers, writers.acknowledged());
      victims.forEach(number -> cluster.node(number).launch());
      victims.forEach(number -> cluster.node(number).awaitServing());
      long from = System.nanoTime();
      awaitMembers();
      awaitWrites(writers, writers.acknowledged());
      writers.stop();
      awaitOwners();
      long tookMillis = Duration.ofNanos(System.nanoTime() - from).toMillis();
      for (TestNode node : cluster.nodes()) {
        assertEquals(List.of(), writers.objections(node), node.uid());
      }
      assertAllKept();
      System.out.printf(
          "killed %s %s a move: %s, with their owners alone after %d ms%n",
          victims, inTheMidst ? "in the midst of" : "after", writers.counts(), tookMillis);
    }
  }

  private void keep() throws IOException {
    try (HttpConnection connection = new HttpConnection(cluster.node(1).socket())) {
      for (int i = 0; i < KEYS; i++) {
        HttpAnswer answer = connection.post("/write?name=kept-" + i, VALUE + i);
        assertEquals(200, answer.status(), answer.toString());
      }
    }
  }

  private void assertAllKept() throws IOException {
    for (TestNode node : cluster.nodes()) {
      try (HttpConnection connection = new HttpConnection(node.socket())) {
        for (int i = 0; i < KEYS; i++) {
          HttpAnswer answer = connection.get("/read?name=kept-" + i);
          assertTrue(answer.text().equals(VALUE + i), node.uid() + ": kept-" + i + " " + answer);
        }
      }
    }
  }

  /** It knows itself and where the first one is. */
  private TestNode comer() throws IOException {
    int port = FreePorts.next();
    Path home = Files.createDirectories(cluster.directory().resolve("n4"));
    Files.writeString(home.resolve("membership"), "n4 127.0.0.1:" + port + "\n");
    List<String> flags =
        List.of("--port", "" + port, "--join", cluster.node(1).peerAddress(), "--mirrors", "3");
    return cluster.add(new TestNode("n4", home, FreePorts.next(), List.of(), flags));
  }

  private static boolean isMoving(TestNode node) throws IOException {
    try (HttpConnection connection = new HttpConnection(node.socket())) {
      return connection.get("/metrics").text().contains("\nvolute_moving 1");
    }
  }

  private static void awaitWrites(Writers writers, int before) {
    Await.until(
        () -> "writes go on: " + writers.counts() + " " + writers.surprises(),
        LIMIT,
        () -> writers.acknowledged() >= before + LEAST_WRITES);
  }

  private void awaitMembers() {
    for (TestNode node : cluster.nodes()) {
      Await.until(
          () -> "all are alive at " + node.uid() + ": " + node.curlSocket("/membership").text(),
          LIMIT,
          () -> {
            String members = node.curlSocket("/membership").text();
            return members.lines().filter(line -> line.endsWith(" alive")).count() == 4;
          });
    }
  }

  /** Every key is with the members that its placement names, and with nobody else. */
  private void awaitOwners() throws IOException {
    List<Set<String>> owned = new ArrayList<>();
    cluster.nodes().forEach(node -> owned.add(new TreeSet<>()));
    try (HttpConnection connection = new HttpConnection(cluster.node(2).socket())) {
      for (int i = 0; i < KEYS; i++) {
        String key = "kept-" + i;
        List<String> owners = connection.get("/ring?name=" + key).text().lines().toList();
        assertEquals(3, owners.size(), owners::toString);
        owners.forEach(line -> owned.get(Integer.parseInt(line.substring(1, 2)) - 1).add(key));
      }
    }
    String[] seen = {""};
    Await.until(
        () -> "each key is with its owners alone, but " + seen[0],
        OWNERS_LIMIT,
        () -> {
          for (int number = 1; number <= 4; number++) {
            Set<String> held = held(cluster.node(number));
            if (!held.equals(owned.get(number - 1))) {
              seen[0] = "n" + number + " owns " + owned.get(number - 1) + " and holds " + held;
              return false;
            }
          }
          return true;
        });
  }

  private static Set<String> held(TestNode node) throws IOException {
    Set<String> held = new TreeSet<>();
    try (HttpConnection connection = new HttpConnection(node.socket())) {
      Matcher listed = LISTED.matcher(connection.get("/list-keys?prefix=kept-").text());
      while (listed.find()) {
        held.add(listed.group(1));
      }
    }
    return held;
  }
}
