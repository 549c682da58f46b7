package io.volute.jmh;

import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.identity.Endpoint;
import io.volute.identity.HostPort;
import io.volute.identity.MemberEntry;
import io.volute.identity.NodeId;
import io.volute.kernel.Kernel;
import io.volute.membership.Roster;
import io.volute.message.Message;
import io.volute.port.Clock;
import io.volute.port.StoreException;
import io.volute.port.Wire;
import io.volute.record.Mirrors;
import io.volute.settings.BlobTuning;
import io.volute.settings.CoreSettings;
import io.volute.settings.Duty;
import io.volute.settings.NetworkTuning;
import io.volute.settings.Tuning;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Kernels of production over bare stores. What one says is handed to the other as it is, without
 * codec, socket or thread, and every turn's changes count as durable when the turn ends. Time
 * passes with the commands, {@value #COMMANDS_A_MILLI} to a millisecond, so that what is kept for a
 * while comes and goes as under steady load.
 */
final class MemoryCluster {
  private static final int COMMANDS_A_MILLI = 10;

  /** Longer than any run: anti-entropy is not what is measured. */
  private static final long SYNC_INTERVAL_MILLIS = Long.MAX_VALUE >> 1;

  private record Sent(NodeId from, NodeId to, Message message) {}

  private final class Node {
    final BareStore store = new BareStore();
    final Kernel kernel;

    Node(MemberEntry self, List<MemberEntry> members, Wire wire) {
      SplittableRandom random = new SplittableRandom(self.id().hashCode());
      CoreSettings settings =
          new CoreSettings(
              Tuning.DEFAULT,
              NetworkTuning.LAN,
              BlobTuning.DEFAULT,
              new Mirrors(3),
              false,
              1 << 16,
              SYNC_INTERVAL_MILLIS,
              Duty.MEMBER);
      this.kernel =
          new Kernel(
              Roster.of(self, members),
              Samples.actor(members.indexOf(self) + 1),
              settings,
              clock,
              random::nextLong,
              wire,
              store);
    }
  }

  private final Clock clock =
      new Clock() {
        @Override
        public long monotonicMillis() {
          return commands / COMMANDS_A_MILLI;
        }

        @Override
        public long wallMillis() {
          return 1_760_000_000_000L + monotonicMillis();
        }
      };

  private final Map<NodeId, Node> nodes = new LinkedHashMap<>();
  private final ArrayDeque<Sent> underWay = new ArrayDeque<>();
  private long commands;

  /** Members 1 to {@code size}, all running. */
  MemoryCluster(int size) throws StoreException {
    List<MemberEntry> members = Samples.members(size);
    for (MemberEntry member : members) {
      NodeId from = member.id();
      Wire wire =
          new Wire() {
            @Override
            public void send(Endpoint to, Message message) {
              underWay.add(new Sent(from, to.node(), message));
            }

            @Override
            public void seek(HostPort address) {
              throw new UnsupportedOperationException("all members know each other");
            }
          };
      nodes.put(from, new Node(member, members, wire));
    }
    for (Node node : nodes.values()) {
      node.kernel.start(() -> {});
      endTurn(node);
    }
    settle();
  }

  /** Carries a command out at a member, until nobody has anything left to say. */
  void command(NodeId member, Command command, Consumer<Answer> reply) {
    if (++commands % COMMANDS_A_MILLI == 0) {
      runTimers();
    }
    Node node = nodes.get(member);
    node.kernel.onCommand(command, reply);
    endTurn(node);
    settle();
  }

  private void runTimers() {
    for (Node node : nodes.values()) {
      node.kernel.onTimers();
      endTurn(node);
    }
    settle();
  }

  private void settle() {
    for (Sent sent = underWay.poll(); sent != null; sent = underWay.poll()) {
      Node node = nodes.get(sent.to());
      node.kernel.onMessage(sent.from(), sent.message());
      endTurn(node);
    }
  }

  private void endTurn(Node node) {
    node.kernel.onStored(node.store.written());
  }
}
