package io.volute.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/**
 * Two network namespaces with a wire between them that can be cut. Needs root, {@code ip} and
 * {@code nft}. Clients reach the nodes by their unix sockets, which no cut touches.
 */
final class NetworkCut implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String LEFT_ADDRESS = "10.249.1.1";
  private static final String RIGHT_ADDRESS = "10.249.1.2";

  private final String left = "volute-" + ProcessHandle.current().pid() + "-l";
  private final String right = "volute-" + ProcessHandle.current().pid() + "-r";

  private NetworkCut() {}

  /** Makes the namespaces; skips the test, and says why, where that may not be. */
  static NetworkCut make() {
    Program.Finished tools =
        Program.of("bash", "-c", "PATH=$PATH:/usr/sbin:/sbin; type ip nft && test $(id -u) = 0")
            .run(LIMIT);
    Assumptions.assumeTrue(
        tools.exitCode() == 0, "a network can be cut only by root with ip and nft: " + tools.err());
    NetworkCut network = new NetworkCut();
    Program.Finished made = sh(network.script());
    if (made.exitCode() != 0) {
      network.close();
      Assumptions.abort("no network namespaces here: " + made.err());
    }
    return network;
  }

  private String script() {
    return """
        ip netns add %1$s
        ip netns add %2$s
        ip -n %1$s link add wire type veth peer name wire netns %2$s
        ip -n %1$s address add %3$s/24 dev wire
        ip -n %2$s address add %4$s/24 dev wire
        for each in %1$s %2$s; do
          ip -n $each link set lo up
          ip -n $each link set wire up
        done
        """
        .formatted(left, right, LEFT_ADDRESS, RIGHT_ADDRESS);
  }

  /** What comes before a command to run it on one side. */
  List<String> inside(int number) {
    return List.of("ip", "netns", "exec", number == 1 ? left : right);
  }

  /** Where the peers are. */
  List<String> addresses() {
    return List.of(LEFT_ADDRESS + ":1593", RIGHT_ADDRESS + ":1593");
  }

  /** From now on nothing arrives on either side. */
  void cut() {
    String rules =
        """
        ip netns exec %1$s nft -f - <<'RULES'
        table inet cut {
          chain in { type filter hook input priority 0; iifname "wire" drop; }
          chain out { type filter hook output priority 0; oifname "wire" drop; }
        }
        RULES
        """;
    must(rules.formatted(left));
  }

  void heal() {
    must("ip netns exec " + left + " nft delete table inet cut");
  }

  private static void must(String script) {
    Program.Finished finished = sh(script);
    assertEquals(0, finished.exitCode(), () -> script + finished.err());
  }

  private static Program.Finished sh(String script) {
    String text = "set -e\nPATH=$PATH:/usr/sbin:/sbin\n" + script;
    return Program.of("bash").reading(text.getBytes(StandardCharsets.UTF_8)).run(LIMIT);
  }

  @Override
  public void close() {
    for (String namespace : List.of(left, right)) {
      sh("ip netns delete " + namespace + " || true");
    }
  }
}
