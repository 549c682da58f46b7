package io.volute.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A node's files are copied and damaged while it serves. */
@Timeout(240)
final class BackupProcessTest {
  private static final String LARGE = "x".repeat(100_000);
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @RegisterExtension final TestCluster cluster = TestCluster.forEachTest();

  private static String incarnation(TestNode node) {
    String json = node.curl("/status", "-H", "Accept: application/json").text();
    Matcher number = Pattern.compile("\"incarnation\":(\\d+)").matcher(json);
    assertTrue(number.find(), json);
    return number.group(1);
  }

  @Test
  void shouldRestoreWhatWasHeldAsANewLife() throws Exception {
    TestNode node = cluster.start(1).node(1);
    for (int i = 0; i < 50; i++) {
      node.write("key-" + i, "then " + i);
    }
    node.write("large", LARGE);
    HttpAnswer backup = node.curl("/backup?label=monday", "-X", "POST");
    assertEquals(200, backup.status(), backup.toString());
    assertEquals(409, node.curl("/backup?label=monday", "-X", "POST").status());
    assertEquals(400, node.curl("/backup?label=..%2Fetc", "-X", "POST").status());
    node.write("key-1", "now");
    node.write("large", "now");
    node.write("later", "now");
    final String life = incarnation(node);
    final String peerPort = node.banner().strip().replaceFirst(".*:", "");
    node.stop();

    Path restored = node.home().resolveSibling("restored");
    Program.Finished copy =
        Program.of(
                List.of(
                    "cp", "-a", node.home().resolve("backups/monday").toString(), "" + restored))
            .run(LIMIT);
    assertEquals(0, copy.exitCode(), copy.err());
    TestNode again =
        cluster.add(
            new TestNode(
                node.uid(), restored, node.httpPort(), List.of(), List.of("--port", peerPort)));
    again.start();
    for (int i = 0; i < 50; i++) {
      assertEquals("then " + i, again.read("key-" + i).text());
    }
    assertEquals(LARGE, again.read("large").text());
    assertEquals(404, again.read("later").status());
    assertNotEquals(life, incarnation(again), "the same life goes on");
    again.write("later", "anew");
  }

  private static Path onlyFile(TestNode node, String directory) throws IOException {
    try (Stream<Path> files = Files.list(node.home().resolve("store").resolve(directory))) {
      return files.findFirst().orElseThrow();
    }
  }

  private static void flipABit(Path file, long at) throws IOException {
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      open.seek(at);
      int old = open.read();
      open.seek(at);
      open.write(old ^ 4);
    }
  }

  private static String scrub(TestNode node) {
    node.curl("/scrub", "-X", "POST");
    Await.until(
        "the scrub ends", LIMIT, () -> node.curl("/scrub").text().contains("\"state\":\"done\""));
    return node.curl("/scrub").text();
  }

  @Test
  void shouldFindADamagedLargeValueAndNeverServeIt() throws Exception {
    TestNode node = cluster.start(1).node(1);
    node.write("large", LARGE);
    assertTrue(scrub(node).contains("\"damagedPlaces\":0,"), scrub(node));
    flipABit(onlyFile(node, "blobs"), 50_000);
    assertTrue(scrub(node).contains("\"damagedVersions\":1,"), scrub(node));
    HttpAnswer read = node.read("large");
    assertTrue(read.status() >= 500, read.toString());
    String metrics = node.curl("/metrics").text();
    assertTrue(metrics.contains("volute_scrub_damaged_versions 1.0"), metrics);
    node.write("large", "anew");
    assertEquals("anew", node.read("large").text());
  }

  @Test
  void shouldRefuseAListingThatMeetsDamageUntilTheNamesAreMadeAnew() throws Exception {
    TestNode node = cluster.start(1).node(1);
    for (int i = 0; i < 50; i++) {
      node.write("key-" + i, "value " + i);
    }
    // A stop writes all names into a file; it is read as a whole by the start, and by listings.
    node.stop();
    node.start();
    final String listed = node.keys();
    final long process = node.pid();
    flipABit(onlyFile(node, "names"), 100);
    HttpAnswer refused = node.curl("/list-keys");
    assertEquals(503, refused.status(), refused.toString());
    assertTrue(refused.text().contains("names/"), refused.toString());
    assertEquals("value 7", node.read("key-7").text());
    Await.until("the names are made anew", LIMIT, () -> node.curl("/list-keys").status() == 200);
    assertEquals(listed, node.keys());
    assertTrue(node.isAlive());
    assertEquals(process, node.pid());
    node.kill();
    node.start();
    assertEquals(listed, node.keys());
  }

  /** The bytes of a small value, wherever in the log they lie. */
  private static void damage(TestNode node, String value) throws IOException {
    Path log = node.home().resolve("store/log/00000001.log");
    int at = new String(Files.readAllBytes(log), StandardCharsets.ISO_8859_1).lastIndexOf(value);
    assertTrue(at > 0, "the value is not in " + log);
    flipABit(log, at + 3);
  }

  @Test
  void shouldHealDamageFromOtherMembers() throws Exception {
    cluster.start(3);
    TestNode node = cluster.node(2);
    cluster.node(1).write("large&w=all", LARGE);
    cluster.node(1).write("small&w=all", "a value that is about to be damaged");
    flipABit(onlyFile(node, "blobs"), 50_000);
    damage(node, "a value that is about to be damaged");
    String found = scrub(node);
    assertTrue(found.contains("\"damagedVersions\":2,"), found);
    Await.until(
        "the damaged versions are put again",
        LIMIT,
        () -> scrub(node).contains("\"damagedVersions\":0,"));
    assertEquals(LARGE, node.curl("/read?name=large&r=one").text());
    assertEquals("a value that is about to be damaged", node.read("small").text());
    cluster.node(1).kill();
    cluster.node(3).kill();
    assertEquals(LARGE, node.curl("/read?name=large&r=1").text());
    assertEquals("a value that is about to be damaged", node.curl("/read?name=small&r=1").text());
  }
}
