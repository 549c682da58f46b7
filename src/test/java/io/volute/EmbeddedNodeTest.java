package io.volute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.client.Change;
import io.volute.client.ChangeOptions;
import io.volute.client.ClientSettings;
import io.volute.client.Value;
import io.volute.client.VoluteClient;
import io.volute.client.VoluteException.RefusedException;
import io.volute.daemon.StartException;
import io.volute.settings.Settings;
import io.volute.settings.SettingsBuilder;
import io.volute.settings.SettingsException;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nodes inside this process, and the client with them. */
@Timeout(120)
final class EmbeddedNodeTest {
  @TempDir private Path directory;

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static int freeUdpPort() throws IOException {
    try (DatagramSocket socket =
        new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
      return socket.getLocalPort();
    }
  }

  private Path socketOf(int number) {
    return directory.resolve("n" + number + ".sock");
  }

  private Settings settings(int number, String store, List<Integer> ports)
      throws IOException, SettingsException {
    List<String> members = new ArrayList<>();
    members.add("n" + number + " 127.0.0.1:" + ports.get(number - 1));
    for (int peer = 1; peer <= ports.size(); peer++) {
      if (peer != number) {
        members.add("n" + peer + " 127.0.0.1:" + ports.get(peer - 1));
      }
    }
    return builder(number, store, members).build();
  }

  private SettingsBuilder builder(int number, String store, List<String> members)
      throws IOException, SettingsException {
    Path file = Files.write(directory.resolve("membership-" + number), members);
    return Volute.settings()
        .set("listen", socketOf(number).toString())
        .set("home", directory.resolve("home-" + number).toString())
        .set("members", file.toString())
        .set("store", store);
  }

  private static Set<String> voluteThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(Thread::isAlive)
        .map(Thread::getName)
        .filter(name -> name.startsWith("volute") || name.contains("XNIO"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void shouldKeepWhatWasWrittenAndLeaveNoThreadWhenItIsClosedAndOpenedAgain() throws Exception {
    Set<String> before = voluteThreads();
    Settings settings = settings(1, "log", List.of(freeUdpPort()));
    try (Volute node = Volute.open(settings);
        VoluteClient client = node.client()) {
      assertTrue(node.banner().contains(" node n1 "), node.banner());
      client.write("k", utf8("v")).require();
    }
    try (Volute node = Volute.open(settings);
        VoluteClient client = node.client()) {
      assertEquals("v", client.read("k").orElseThrow().text());
      StartException second = assertThrows(StartException.class, () -> Volute.open(settings));
      assertTrue(second.getMessage().contains("in use"), second.getMessage());
      assertTrue(client.read("k").isPresent(), "the first one goes on");
    }
    assertEquals(before, voluteThreads());
  }

  @Test
  void shouldKnowItsClusterWhenItServes() throws Exception {
    String first = "127.0.0.1:" + freeUdpPort();
    String second = "127.0.0.1:" + freeUdpPort();
    List<String> alone = List.of("n1 " + first);
    List<String> newcomer = List.of("n2 " + second);
    try (Volute node = Volute.open(builder(1, "log", alone).build());
        VoluteClient client = node.client()) {
      client.write("k", utf8("v")).require();
      Settings joining = builder(2, "log", newcomer).set("join", first).build();
      try (Volute other = Volute.open(joining);
          VoluteClient there = other.client()) {
        assertEquals("v", there.read("k").map(Value::text).orElse("nothing"));
      }
    }
  }

  @Test
  void shouldServeAloneWhereNobodyAnswers() throws Exception {
    List<String> alone = List.of("n1 127.0.0.1:" + freeUdpPort());
    Settings joining = builder(1, "ram", alone).set("join", "127.0.0.1:" + freeUdpPort()).build();
    try (Volute node = Volute.open(joining);
        VoluteClient client = node.client()) {
      client.write("k", utf8("v")).require();
      assertEquals("v", client.read("k").orElseThrow().text());
    }
  }

  @Test
  void shouldServeEveryCallOfTheClientWhenThereIsOneNode() throws Exception {
    try (Volute node = Volute.open(settings(1, "ram", List.of(freeUdpPort())));
        VoluteClient client = node.client();
        VoluteClient other = node.client()) {
      assertEquals(Optional.empty(), client.read("k"));
      Change first = client.write("k", utf8("one")).require();
      assertEquals(1, first.siblings());

      // Two clients that started from the same version: both values stay.
      assertEquals("one", other.read("k").orElseThrow().text());
      client.write("k", utf8("two")).require();
      Change beside = other.write("k", utf8("zwei")).require();
      assertEquals(2, beside.siblings());
      Set<String> texts =
          client.siblings("k").stream().map(Value::text).collect(Collectors.toSet());
      assertEquals(Set.of("two", "zwei"), texts);

      // What was shown is replaced by the next write.
      assertEquals(1, client.write("k", utf8("three")).require().siblings());
      assertEquals("three", other.read("k").orElseThrow().text());

      ChangeOptions absent = ChangeOptions.DEFAULT.onlyIfAbsent(true);
      assertEquals(Change.Outcome.CONDITION_FAILED, client.write("k", utf8("x"), absent).outcome());
      ChangeOptions rich =
          ChangeOptions.DEFAULT.contentType("text/x-y").ttl(Duration.ofHours(1)).mirrors(1);
      String version = client.write("ü/ k", utf8("z"), rich).require().version();
      assertEquals("text/x-y", client.read("ü/ k").orElseThrow().contentType());
      assertEquals(
          Change.Outcome.APPLIED,
          client.write("ü/ k", utf8("y"), ChangeOptions.DEFAULT.onlyIfVersion(version)).outcome());
      assertEquals(List.of("k", "ü/ k"), client.keys("", "", 10));
      assertEquals(List.of("ü/ k"), client.keys("", "k", 10));

      assertTrue(client.await("k", Optional.empty(), Duration.ofSeconds(5)).isPresent());
      assertEquals(Optional.empty(), client.await("none", Optional.empty(), Duration.ofMillis(50)));
      assertTrue(client.delete("k").require().isApplied());
      assertEquals(Optional.empty(), client.read("k"));
      assertEquals(List.of("ü/ k"), client.keys("", "", 10));

      RefusedException refused =
          assertThrows(RefusedException.class, () -> client.write(".membership/x", utf8("")));
      assertEquals(403, refused.status());
      assertEquals(400, assertThrows(RefusedException.class, () -> client.read("")).status());
    }
  }

  @Test
  void shouldGoOnAtAnotherNodeAndReadItsOwnWritesWhenOneIsClosed() throws Exception {
    List<Integer> ports = List.of(freeUdpPort(), freeUdpPort(), freeUdpPort());
    List<Volute> nodes = new ArrayList<>();
    try {
      for (int number = 1; number <= 3; number++) {
        nodes.add(Volute.open(settings(number, "ram", ports)));
      }
      ClientSettings all =
          ClientSettings.of(socketOf(1).toString(), socketOf(2).toString(), socketOf(3).toString())
              .withTimes(Duration.ofSeconds(5), Duration.ofSeconds(30));
      try (VoluteClient client = VoluteClient.of(all)) {
        for (int i = 0; i < 30; i++) {
          if (i == 10) {
            nodes.remove(0).close();
          }
          String name = "k" + i % 7;
          Change change = client.write(name, utf8("v" + i)).require();
          assertEquals(1, change.siblings(), "its own writes are no siblings of each other");
          assertEquals("v" + i, client.read(name).orElseThrow().text());
        }
        assertFalse(client.keys("k", "", 100).isEmpty());
      }
    } finally {
      nodes.forEach(Volute::close);
    }
  }

  @Test
  void shouldSayWhatIsAllowedWhenASettingIsWrong() {
    SettingsException unknown =
        assertThrows(SettingsException.class, () -> Volute.settings().set("frob", "1"));
    assertTrue(unknown.getMessage().startsWith("setting 'frob': unknown"), unknown.getMessage());
    SettingsException bad =
        assertThrows(SettingsException.class, () -> Volute.settings().set("port", "x"));
    assertTrue(bad.getMessage().startsWith("setting port 'x': allowed is"), bad.getMessage());
  }
}
