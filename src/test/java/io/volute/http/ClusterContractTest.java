package io.volute.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The rows of the contract that take several members, at three real nodes over both doors. */
@Timeout(180)
class ClusterContractTest {
  private static final long PATIENCE_SECONDS = 60;

  @TempDir private Path directory;

  private DaemonFixture start(String place) throws Exception {
    return new DaemonFixture(Files.createDirectory(directory.resolve(place)));
  }

  private static RawClient.Response await(
      DaemonFixture node, Door door, String method, String target, Predicate<RawClient.Response> ok)
      throws IOException, InterruptedException {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    RawClient.Response answer = node.ask(door, method, target);
    while (!ok.test(answer)) {
      if (System.nanoTime() > until) {
        throw new AssertionError(target + " stays at " + answer.status() + " " + answer.text());
      }
      TimeUnit.MILLISECONDS.sleep(20);
      answer = node.ask(door, method, target);
    }
    return answer;
  }

  private static void awaitMembers(Door door, int alive, DaemonFixture... nodes) throws Exception {
    for (DaemonFixture node : nodes) {
      RawClient.Response answer =
          await(
              node,
              door,
              "GET",
              "/membership",
              a -> a.text().lines().filter(line -> line.endsWith(" alive")).count() == alive);
      assertTrue(answer.text().startsWith(node.uid() + " "), answer::text);
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldAnswerAsTheContractSaysWhenThereAreThree(Door door) throws Exception {
    DaemonFixture c = start("c");
    try (DaemonFixture a = start("a");
        DaemonFixture b = start("b")) {
      joining(door, a, b, c);
      placing(door, List.of(a, b, c));
      levels(door, a, b);
      String seen = a.send(door, "PUT", "/keys/gone?w=all", "v").header("Volute-Version");
      c.close();
      missing(door, a, b, seen);
      assertEquals(200, a.ask(door, "POST", "/remove-peer?uid=" + c.uid()).status());
      awaitMembers(door, 2, a, b);
      assertEquals("2/2", b.send(door, "PUT", "/keys/two?w=all", "v").header("Volute-Acks"));
      assertEquals(200, b.ask(door, "POST", "/cluster/leave").status());
      awaitMembers(door, 1, a);
      assertEquals("v", a.ask(door, "GET", "/keys/two").text());
    } finally {
      c.close();
    }
  }

  private static void joining(Door door, DaemonFixture a, DaemonFixture b, DaemonFixture c)
      throws Exception {
    String add = "/add-peer?uid=" + b.uid() + "&ip=" + b.peers();
    assertEquals(200, a.ask(door, "POST", add).status());
    awaitMembers(door, 2, a, b);
    String body = "{\"peers\":[\"" + a.peers() + "\"]}";
    assertEquals(200, c.send(door, "POST", "/cluster/join", body).status());
    awaitMembers(door, 3, a, b, c);
    RawClient.Response json = a.ask(door, "GET", "/membership", "Accept: application/json");
    for (String field : "zone weight incarnation".split(" ")) {
      assertEquals(4, json.text().split("\"" + field + "\"").length, json::text);
    }
  }

  /** Where a key is, and where it isn't. */
  private static void placing(Door door, List<DaemonFixture> nodes) throws Exception {
    DaemonFixture a = nodes.get(0);
    double sum =
        a.ask(door, "GET", "/ring")
            .text()
            .lines()
            .mapToDouble(line -> Double.parseDouble(line.split(" ")[1]))
            .sum();
    assertEquals(1, sum, 0.001);
    for (DaemonFixture node : nodes) {
      await(node, door, "GET", "/ring", ring -> ring.text().lines().count() == 3);
    }
    String one = "one&mirrors=1";
    assertEquals(200, a.send(door, "POST", "/write?name=" + one, "value").status());
    // While the key space moves to new members a key has owners of both epochs.
    String explained =
        await(
                a,
                door,
                "GET",
                "/explain?name=one",
                e -> e.text().split("\"owner\":true").length == 2)
            .text();
    for (DaemonFixture node : nodes) {
      boolean owns = explained.contains("\"" + node.uid() + "\",\"owner\":true");
      assertEquals("value", node.ask(door, "GET", "/read?name=one").text());
      // One that held it before the move may have given it up by itself, or does so now.
      List<Integer> allowed = owns ? List.of(409) : List.of(200, 404);
      await(node, door, "POST", "/drop?name=one", drop -> allowed.contains(drop.status()));
      String listed = node.ask(door, "GET", "/list-keys").text();
      assertEquals(owns, listed.contains("\"one\":\"5:"), listed);
      String all = node.ask(door, "GET", "/keys").text();
      assertTrue(all.contains("\"one\":\"5:"), all);
    }
  }

  private static void levels(Door door, DaemonFixture a, DaemonFixture b) throws Exception {
    // Not every member counts while the partition of the key moves to it.
    await(a, door, "POST", "/write?name=levels&w=3", write -> write.status() == 200);
    for (String w : List.of("all", "3", "quorum", "one")) {
      RawClient.Response written = a.send(door, "POST", "/write?name=levels&w=" + w, w);
      assertEquals(200, written.status(), written::text);
      assertTrue(written.header("Volute-Acks").matches("[123]/3"), written::text);
      RawClient.Response read =
          b.ask(door, "GET", "/read?name=levels&version=" + written.header("Volute-Version"));
      assertEquals(w, read.text());
    }
    assertEquals("3/3", b.ask(door, "GET", "/read?name=levels&r=all").header("Volute-Acks"));
    assertEquals("3/3", b.ask(door, "POST", "/delete?name=levels&w=all").header("Volute-Acks"));
    assertEquals(404, a.ask(door, "GET", "/read?name=levels&r=all").status());
    RawClient.Response clone = a.send(door, "POST", "/write?name=clone&mirrors=0&w=all", "v");
    assertEquals("3/3", clone.header("Volute-Acks"));
  }

  /** One of three owners answers no more. */
  private static void missing(Door door, DaemonFixture a, DaemonFixture b, String seen)
      throws Exception {
    assertEquals(200, a.send(door, "POST", "/write?name=still", "v").status());
    assertEquals("v", b.ask(door, "GET", "/read?name=still").text());
    assertEquals("v", b.ask(door, "GET", "/read?name=gone&version=" + seen).text());
    RawClient.Response write = a.send(door, "POST", "/write?name=gone&w=all", "new");
    assertEquals(503, write.status(), write::text);
    assertTrue(write.header("Volute-Outcome").matches("unknown|not-applied"), write::text);
    assertTrue(write.header("Retry-After").matches("[0-9]+"), write::text);
    assertEquals(1, write.text().lines().count(), write::text);
    RawClient.Response read = a.ask(door, "GET", "/read?name=gone&r=all");
    assertEquals(503, read.status(), read::text);
    assertTrue(read.header("Retry-After").matches("[0-9]+"), read::text);
  }
}
