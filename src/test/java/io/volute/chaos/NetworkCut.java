package io.volute.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/**
 * Network namespaces, one for each node, with a wire from each to a hub, where any way between two
 * can be cut. Needs root, {@code ip} and {@code nft}. Clients reach the nodes by their unix
 * sockets, which no cut touches.
 */
final class NetworkCut implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final int PORT = 1593;

  private final String prefix = "volute-" + ProcessHandle.current().pid() + "-";
  private final int size;

  private NetworkCut(int size) {
    this.size = size;
  }

  /** Makes namespaces for nodes 1 to {@code size}; skips the test, and says why, where it can't. */
  static NetworkCut make(int size) {
    Program.Finished tools =
        Program.of("bash", "-c", "PATH=$PATH:/usr/sbin:/sbin; type ip nft && test $(id -u) = 0")
            .run(LIMIT);
    Assumptions.assumeTrue(
        tools.exitCode() == 0, "a network can be cut only by root with ip and nft: " + tools.err());
    NetworkCut network = new NetworkCut(size);
    Program.Finished made = sh(network.script());
    if (made.exitCode() != 0) {
      network.close();
      Assumptions.abort("no network namespaces here: " + made.err());
    }
    return network;
  }

  /** The hub passes on what goes from one wire to another. */
  private String script() {
    StringBuilder script = new StringBuilder();
    script.append("ip netns add ").append(hub()).append('\n');
    script.append("ip netns exec ").append(hub()).append(" sysctl -qw net.ipv4.ip_forward=1\n");
    for (int i = 1; i <= size; i++) {
      script.append(
          """
          ip netns add %1$s
          ip -n %1$s link add wire type veth peer name to%3$d netns %2$s
          ip -n %1$s address add 10.249.%3$d.2/24 dev wire
          ip -n %2$s address add 10.249.%3$d.1/24 dev to%3$d
          ip -n %1$s link set lo up
          ip -n %1$s link set wire up
          ip -n %2$s link set to%3$d up
          ip -n %1$s route add default via 10.249.%3$d.1
          """
              .formatted(namespace(i), hub(), i));
    }
    return script.toString();
  }

  private String hub() {
    return prefix + "hub";
  }

  private String namespace(int number) {
    return prefix + number;
  }

  private static String host(int number) {
    return "10.249." + number + ".2";
  }

  /** What comes before a command to run it where a node is. */
  List<String> inside(int number) {
    return List.of("ip", "netns", "exec", namespace(number));
  }

  /** Where the peers are. */
  List<String> addresses() {
    List<String> addresses = new ArrayList<>();
    for (int i = 1; i <= size; i++) {
      addresses.add(host(i) + ":" + PORT);
    }
    return addresses;
  }

  /** From now on nothing passes between these and the others. */
  void cutOff(List<Integer> side) {
    List<String> rules = new ArrayList<>();
    for (int from = 1; from <= size; from++) {
      for (int to = 1; to <= size; to++) {
        if (side.contains(from) != side.contains(to)) {
          rules.add(dropping(from, to));
        }
      }
    }
    install(rules);
  }

  /** From now on nobody hears this node, which hears all. */
  void mute(int number) {
    List<String> rules = new ArrayList<>();
    for (int to = 1; to <= size; to++) {
      if (to != number) {
        rules.add(dropping(number, to));
      }
    }
    install(rules);
  }

  private static String dropping(int from, int to) {
    return "ip saddr " + host(from) + " ip daddr " + host(to) + " drop";
  }

  private void install(List<String> rules) {
    must(
        """
        ip netns exec %s nft -f - <<'RULES'
        table ip cut {
          chain passing { type filter hook forward priority 0;
            %s
          }
        }
        RULES
        """
            .formatted(hub(), String.join("\n    ", rules)));
  }

  /**
   * From now on what a node sends to another comes from a new address, and what goes to the old one
   * is lost, as when a router between them has forgotten who was who.
   */
  void readdress(int number, int seenBy) {
    must(
        """
        ip netns exec %1$s nft -f - <<'RULES'
        table ip moved {
          chain old { type filter hook prerouting priority -300;
            ip saddr %3$s ip daddr %2$s drop
          }
          chain new { type nat hook postrouting priority 100;
            ip saddr %2$s ip daddr %3$s snat to 10.249.77.2
          }
        }
        RULES
        """
            .formatted(hub(), host(number), host(seenBy)));
  }

  void heal() {
    must("ip netns exec " + hub() + " nft delete table ip cut");
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
    for (int i = 1; i <= size; i++) {
      sh("ip netns delete " + namespace(i) + " || true");
    }
    sh("ip netns delete " + hub() + " || true");
  }
}
