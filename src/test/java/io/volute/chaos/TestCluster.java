package io.volute.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Nodes for a test, in homes of their own, with membership files that name each other. As a static
 * extension it lasts for the whole class, else for one test. When a test fails it prints what each
 * node says of itself, and the homes stay.
 */
final class TestCluster implements AfterEachCallback, AfterAllCallback {
  private final List<TestNode> nodes = new ArrayList<>();
  private final boolean lastsForClass;
  private Path directory;
  private boolean anyFailure;

  private TestCluster(boolean lastsForClass) {
    this.lastsForClass = lastsForClass;
  }

  static TestCluster forEachTest() {
    return new TestCluster(false);
  }

  static TestCluster forClass() {
    return new TestCluster(true);
  }

  /** A directory that goes with the cluster. Its path is short: sockets live in it. */
  Path directory() {
    if (directory == null) {
      try {
        // With our process id, so that nobody clears away the homes of somebody else's run.
        directory = Files.createTempDirectory("volute-" + ProcessHandle.current().pid() + "-");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return directory;
  }

  /** Starts n1 to nN, each with these flags, and waits until all serve. */
  TestCluster start(int count, String... flags) {
    List<String> addresses = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      addresses.add("127.0.0.1:" + FreePorts.next());
    }
    for (int i = 1; i <= count; i++) {
      add(i, addresses, List.of(), FreePorts.next(), List.of(flags)).launch();
    }
    nodes.forEach(TestNode::awaitServing);
    return this;
  }

  /** A node of a cluster that doesn't run yet; {@code number} is its place among the addresses. */
  TestNode add(
      int number, List<String> addresses, List<String> before, int httpPort, List<String> flags) {
    Path home = directory().resolve("n" + number);
    try {
      Files.createDirectories(home);
      List<String> lines = new ArrayList<>();
      lines.add("n" + number + " " + addresses.get(number - 1));
      for (int peer = 1; peer <= addresses.size(); peer++) {
        if (peer != number) {
          lines.add("n" + peer + " " + addresses.get(peer - 1));
        }
      }
      Files.write(home.resolve("membership"), lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<String> all = new ArrayList<>(flags);
    String address = addresses.get(number - 1);
    all.addAll(List.of("--port", address.substring(address.lastIndexOf(':') + 1)));
    return add(new TestNode("n" + number, home, httpPort, before, all));
  }

  /** Starts a node that knows itself, and where the first one is. */
  TestNode join(String place, String uid, int port, String... flags) throws IOException {
    Path home = Files.createDirectories(directory().resolve(place));
    Files.writeString(home.resolve("membership"), uid + " 127.0.0.1:" + port + "\n");
    List<String> all = new ArrayList<>(List.of(flags));
    all.addAll(List.of("--port", "" + port, "--join", node(1).peerAddress()));
    return add(new TestNode(uid, home, FreePorts.next(), List.of(), all)).start();
  }

  /** Takes care of a node that was made elsewhere. */
  TestNode add(TestNode node) {
    nodes.add(node);
    return node;
  }

  /** By number, from 1 on, as in its name. */
  TestNode node(int number) {
    return nodes.get(number - 1);
  }

  List<TestNode> nodes() {
    return List.copyOf(nodes);
  }

  String report() {
    StringBuilder report = new StringBuilder();
    nodes.forEach(node -> report.append(node.report()).append('\n'));
    return report.toString();
  }

  /** Ends all nodes and forgets them, with what they kept. */
  void close() {
    nodes.forEach(TestNode::dispose);
    nodes.clear();
    if (directory == null) {
      return;
    }
    if (anyFailure) {
      System.err.println("the homes stay in " + directory);
    } else {
      delete(directory);
    }
    directory = null;
    anyFailure = false;
  }

  private static void delete(Path tree) {
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void afterEach(ExtensionContext context) {
    if (context.getExecutionException().isPresent()) {
      anyFailure = true;
      System.err.println(context.getDisplayName() + " failed; the nodes say:\n" + report());
    }
    if (!lastsForClass) {
      close();
    }
  }

  @Override
  public void afterAll(ExtensionContext context) {
    close();
  }
}
