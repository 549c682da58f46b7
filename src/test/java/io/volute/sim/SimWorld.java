package io.volute.sim;

import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.identity.HostPort;
import io.volute.identity.MemberEntry;
import io.volute.identity.NodeId;
import io.volute.membership.Roster;
import io.volute.message.Message;
import io.volute.port.Store;
import io.volute.settings.Duty;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The machines of one run: those that found the cluster, and those that come later. */
final class SimWorld {
  private final SimDice dice;
  private final Schedule schedule;
  private final SimNetwork network;
  private final Oracle oracle;
  private final boolean onTheLog;
  private final boolean clone;
  private final List<MemberEntry> entries = new ArrayList<>();
  private final List<SimNode> nodes = new ArrayList<>();
  private final List<SimNode> followers = new ArrayList<>();

  /** Nodes that an operator has removed: their disks count no more. */
  private final List<SimNode> removed = new ArrayList<>();

  /**
   * @param onTheLog whether nodes keep their keys in the production log, on a disk that tears; else
   *     in a plain model of it, which is quicker
   */
  SimWorld(Schedule schedule, SimDice dice, Oracle oracle, boolean onTheLog, boolean clone) {
    this.dice = dice;
    this.schedule = schedule;
    this.oracle = oracle;
    this.onTheLog = onTheLog;
    this.clone = clone;
    this.network = new SimNetwork(schedule, dice.split(), new Arrivals());
  }

  private final class Arrivals implements SimNetwork.Receiver {
    @Override
    public void onArrival(NodeId from, NodeId to, Message message) {
      SimNode node = node(to);
      if (node.isUp()) {
        node.receive(from, message);
      }
    }

    @Override
    public void onCall(NodeId from, HostPort at) {
      HostPort seenAt = entry(from).address();
      for (MemberEntry entry : entries) {
        SimNode called = node(entry.id());
        if (entry.address().equals(at) && !network.isCut(from, entry.id()) && called.isUp()) {
          called.called(from, seenAt);
        }
      }
    }
  }

  SimNetwork network() {
    return network;
  }

  List<SimNode> nodes() {
    return List.copyOf(nodes);
  }

  List<SimNode> followers() {
    return List.copyOf(followers);
  }

  List<SimNode> up() {
    return nodes.stream().filter(SimNode::isUp).toList();
  }

  /** Any that is up. */
  Optional<SimNode> anyUp() {
    List<SimNode> up = up();
    return up.isEmpty() ? Optional.empty() : Optional.of(up.get(dice.nextBelow(up.size())));
  }

  SimNode node(NodeId id) {
    return nodes.stream().filter(node -> node.id().equals(id)).findFirst().orElseThrow();
  }

  MemberEntry entry(NodeId id) {
    return entries.stream().filter(entry -> entry.id().equals(id)).findFirst().orElseThrow();
  }

  private SimNode make() {
    NodeId id = new NodeId("n" + (nodes.size() + 1));
    SimNode node = new SimNode(id, schedule, network, dice.split());
    int life = nodes.size();
    node.insert(
        onTheLog
            ? new LogDisk(oracle, life, node.clock(), dice.split())
            : new SimStore(oracle, life));
    nodes.add(node);
    entries.add(
        new MemberEntry(
            id,
            new HostPort("sim", 999 + nodes.size()),
            dice.chance(0.3) ? Optional.of("z" + dice.nextBelow(3)) : Optional.empty(),
            1 + dice.nextBelow(MemberEntry.MAX_WEIGHT)));
    return node;
  }

  /** Nodes whose membership files name each other. */
  void found(int count) {
    for (int i = 0; i < count; i++) {
      make();
    }
    List<MemberEntry> founders = List.copyOf(entries);
    for (MemberEntry founder : founders) {
      node(founder.id()).start(Roster.of(founder, founders), clone);
    }
  }

  /** The first node, which never leaves: the others know where to find it. */
  boolean isAnchor(SimNode node) {
    return node == nodes.get(0);
  }

  /** A new machine that is told two addresses. */
  SimNode join(SimNode through, Duty duty) {
    SimNode node = make();
    node.assign(duty);
    if (!duty.equals(Duty.MEMBER)) {
      followers.add(node);
    }
    node.callAt(List.of(entries.get(0).address(), entry(through.id()).address()));
    node.start(Roster.of(entry(node.id()), List.of()), clone);
    return node;
  }

  void onRemoved(SimNode node) {
    removed.add(node);
    oracle.onCopiesEndangered();
  }

  /** Nodes on whose disks acknowledged writes may rely. */
  List<SimNode> keepers() {
    return nodes.stream()
        .filter(node -> !followers.contains(node) && !removed.contains(node))
        .toList();
  }

  List<Store> stores() {
    return keepers().stream().map(SimNode::store).toList();
  }

  boolean clonesAll() {
    return clone;
  }

  /** What a node that is up says of its cluster; itself first. */
  static Answer.Membership membership(SimNode node) {
    return (Answer.Membership) answer(node, new Command.DescribeMembership());
  }

  static Answer.Status status(SimNode node) {
    return (Answer.Status) answer(node, new Command.DescribeStatus());
  }

  private static Answer answer(SimNode node, Command command) {
    Answer[] answer = {null};
    node.command(command, given -> answer[0] = given);
    return answer[0];
  }
}
