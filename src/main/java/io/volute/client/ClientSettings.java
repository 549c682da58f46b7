package io.volute.client;

import io.volute.client.link.Access;
import io.volute.client.link.Target;
import io.volute.client.link.Trust;
import java.time.Duration;
import java.util.List;

/**
 * What a client is told when it is made.
 *
 * @param nodes members of one cluster, 1 to 1000: {@code HOST:PORT}, {@code https://HOST:PORT} or
 *     the path of a unix socket. The first one that answers is used, the others when it does not
 * @param token what nodes with a token file want; empty for none
 * @param trust whose certificates are taken over https
 * @param silence how long one node may be silent before another is asked
 * @param deadline for a whole call, with all its attempts; more than {@code silence}, or nothing is
 *     left for a second node
 * @param connectionsPerNode how many calls may be under way with one node; others wait, within
 *     their deadline. 1 to 1024
 * @param rememberedKeys of how many keys the version last seen is kept, 0 to 10 million; beyond it
 *     those are forgotten that were not used for longest
 * @param maxValueBytes the largest value that is read; values are held in memory
 */
public record ClientSettings(
    List<Target> nodes,
    String token,
    Trust trust,
    Duration silence,
    Duration deadline,
    int connectionsPerNode,
    int rememberedKeys,
    int maxValueBytes) {
  private static final Duration DEFAULT_SILENCE = Duration.ofSeconds(3);
  private static final Duration DEFAULT_DEADLINE = Duration.ofSeconds(10);
  private static final int DEFAULT_CONNECTIONS = 16;
  private static final int DEFAULT_REMEMBERED = 10_000;
  private static final int DEFAULT_MAX_VALUE_BYTES = 64 << 20;
  private static final int MAX_NODES = 1000;
  private static final int MAX_CONNECTIONS = 1024;
  private static final int MAX_REMEMBERED = 10_000_000;

  /** Checked: a value out of its range is an {@link IllegalArgumentException} that names it. */
  public ClientSettings {
    nodes = List.copyOf(nodes);
    check(!nodes.isEmpty() && nodes.size() <= MAX_NODES, "nodes: allowed are 1 to " + MAX_NODES);
    check(silence.toMillis() >= 1, "silence " + silence + ": allowed is 1 ms and more");
    check(
        deadline.compareTo(silence) >= 0,
        "deadline " + deadline + ": allowed is no less than the silence, " + silence);
    check(
        connectionsPerNode >= 1 && connectionsPerNode <= MAX_CONNECTIONS,
        "connectionsPerNode " + connectionsPerNode + ": allowed is 1 to " + MAX_CONNECTIONS);
    check(
        rememberedKeys >= 0 && rememberedKeys <= MAX_REMEMBERED,
        "rememberedKeys " + rememberedKeys + ": allowed is 0 to " + MAX_REMEMBERED);
    check(maxValueBytes >= 0, "maxValueBytes " + maxValueBytes + ": allowed is 0 and up");
  }

  /**
   * Defaults for everything else.
   *
   * @throws IllegalArgumentException for an address that is none
   */
  public static ClientSettings of(String... nodes) {
    return new ClientSettings(
        List.of(nodes).stream().map(Target::parse).toList(),
        "",
        Trust.platform(),
        DEFAULT_SILENCE,
        DEFAULT_DEADLINE,
        DEFAULT_CONNECTIONS,
        DEFAULT_REMEMBERED,
        DEFAULT_MAX_VALUE_BYTES);
  }

  /** The same with a token to show. */
  public ClientSettings withToken(String newToken) {
    return new ClientSettings(
        nodes,
        newToken,
        trust,
        silence,
        deadline,
        connectionsPerNode,
        rememberedKeys,
        maxValueBytes);
  }

  /** The same with other authorities. */
  public ClientSettings withTrust(Trust newTrust) {
    return new ClientSettings(
        nodes,
        token,
        newTrust,
        silence,
        deadline,
        connectionsPerNode,
        rememberedKeys,
        maxValueBytes);
  }

  /** The same with other patience. */
  public ClientSettings withTimes(Duration newSilence, Duration newDeadline) {
    return new ClientSettings(
        nodes,
        token,
        trust,
        newSilence,
        newDeadline,
        connectionsPerNode,
        rememberedKeys,
        maxValueBytes);
  }

  /** The same with other bounds. */
  public ClientSettings withBounds(
      int newConnectionsPerNode, int newRememberedKeys, int newMaxValueBytes) {
    return new ClientSettings(
        nodes,
        token,
        trust,
        silence,
        deadline,
        newConnectionsPerNode,
        newRememberedKeys,
        newMaxValueBytes);
  }

  Access accessTo(Target node) {
    return new Access(node, silence, token, trust);
  }

  /** Without the token: it must not come into a log. */
  @Override
  public String toString() {
    return "client of " + nodes;
  }

  private static void check(boolean holds, String problem) {
    if (!holds) {
      throw new IllegalArgumentException(problem);
    }
  }
}
