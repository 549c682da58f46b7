package io.volute.sim;

import io.volute.causal.CausalContext;
import io.volute.command.AckLevel;
import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.command.Condition;
import io.volute.hashing.DigestKey;
import io.volute.identity.HostPort;
import io.volute.identity.MemberEntry;
import io.volute.identity.MemberRecord;
import io.volute.identity.NodeId;
import io.volute.identity.Role;
import io.volute.identity.Stage;
import io.volute.membership.Roster;
import io.volute.message.Message;
import io.volute.placement.PartitionPlacement;
import io.volute.port.Store;
import io.volute.port.StoreException;
import io.volute.record.Mirrors;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import io.volute.settings.Duty;
import io.volute.settings.Tuning;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** A cluster in virtual time for tests that tell a story: quiet unless the story says otherwise. */
public final class SimCluster {
  private static final long LONGEST_ANSWER_MILLIS = 10_000;

  private long puts;

  private final Trace trace = new Trace();
  private final Schedule schedule = new Schedule(trace);
  private final SimDice dice = new SimDice(1);
  private final SimNetwork network = new SimNetwork(schedule, dice.split(), new Arrivals());
  private final List<SimNode> nodes = new ArrayList<>();
  private final List<MemberEntry> members = new ArrayList<>();
  private final List<ChunkRequest> chunkRequests = new ArrayList<>();

  /** A member has asked another for a piece of a large value. */
  public record ChunkRequest(String asks, String holder, long offset) {}

  /** Members n1 to nN, all up and acquainted. */
  public SimCluster(int size) {
    this(Collections.nCopies(size, Optional.empty()));
  }

  /** The same with other bounds. */
  public SimCluster(int size, Tuning tuning) {
    this(Collections.nCopies(size, Optional.empty()), tuning);
  }

  /** The same, each in the zone that is given for it. */
  public SimCluster(List<Optional<String>> zones) {
    this(zones, Tuning.DEFAULT);
  }

  private SimCluster(List<Optional<String>> zones, Tuning tuning) {
    int size = zones.size();
    for (int i = 1; i <= size; i++) {
      add("n" + i, zones.get(i - 1)).tune(tuning);
    }
    for (int i = 0; i < size; i++) {
      nodes.get(i).start(Roster.of(members.get(i), members), false);
    }
    pass(1000);
  }

  /** A new node that knows one member's address and nothing else. */
  public void join(String id, String through) {
    join(id, through, Duty.MEMBER);
  }

  /** The same for one that is there for something else. */
  public void join(String id, String through, Duty duty) {
    start(id, node -> node.assign(duty));
    pass(100);
    rejoin(id, through);
  }

  /** A new node that knows nobody but those that it is prepared to call at. */
  void start(String id, Consumer<SimNode> preparing) {
    SimNode node = add(id, Optional.empty());
    preparing.accept(node);
    node.start(Roster.of(members.get(members.size() - 1), List.of()), false);
  }

  private SimNode add(String id, Optional<String> zone) {
    NodeId name = new NodeId(id);
    members.add(new MemberEntry(name, new HostPort("sim", members.size() + 1), zone, 1));
    SimNode node = new SimNode(name, schedule, network, dice.split());
    node.insert(new SimStore((n, v, x, before, after) -> puts++));
    nodes.add(node);
    return node;
  }

  /** Somebody calls at a member and says that it is this, from this address. */
  public void impostor(String id, int port, String at) {
    MemberEntry entry =
        new MemberEntry(new NodeId(id), new HostPort("sim", port), Optional.empty(), 1);
    MemberRecord word = new MemberRecord(entry, Role.MEMBER, Stage.ACTIVE, 1L << 40, 1, 0);
    SimNode called = node(at);
    called.called(entry.id(), entry.address());
    called.receive(entry.id(), new Message.MembersTold(1, List.of(word)));
  }

  /** Has a node join the cluster of a member. */
  public void rejoin(String id, String through) {
    ask(id, new Command.Join(List.of(addressOf(new NodeId(through))), Optional.empty()));
  }

  /** What a member believes of all, itself first: names with their states. */
  public List<String> membership(String member) {
    Answer.Membership answer = (Answer.Membership) ask(member, new Command.DescribeMembership());
    return answer.members().stream().map(line -> line.node() + " " + line.state()).toList();
  }

  private final class Arrivals implements SimNetwork.Receiver {
    @Override
    public void onArrival(NodeId from, NodeId to, Message message) {
      arrive(from, to, message);
    }

    @Override
    public void onCall(NodeId from, HostPort at) {
      for (SimNode node : nodes) {
        if (addressOf(node.id()).equals(at) && !network.isCut(from, node.id()) && node.isUp()) {
          node.called(from, addressOf(from));
        }
      }
    }
  }

  HostPort addressOf(NodeId id) {
    return members.stream()
        .filter(member -> member.id().equals(id))
        .map(MemberEntry::address)
        .findFirst()
        .orElseThrow();
  }

  private void arrive(NodeId from, NodeId to, Message message) {
    if (message instanceof Message.FetchChunk fetch) {
      chunkRequests.add(new ChunkRequest(from.text(), to.text(), fetch.offset()));
    }
    for (SimNode node : nodes) {
      if (node.id().equals(to) && node.isUp()) {
        node.receive(from, message);
      }
    }
  }

  SimNode node(String id) {
    return nodes.stream().filter(node -> node.id().text().equals(id)).findFirst().orElseThrow();
  }

  /** All that have arrived so far, also at members that are down. */
  public List<ChunkRequest> chunkRequests() {
    return chunkRequests;
  }

  /** Lets time pass. */
  public void pass(long millis) {
    long until = schedule.nowMillis() + millis;
    while (schedule.runNext(until)) {}
  }

  /** Asks a member and waits for its answer. */
  public Answer ask(String member, Command command) {
    Answer[] answer = {null};
    node(member).command(command, given -> answer[0] = given);
    long until = schedule.nowMillis() + LONGEST_ANSWER_MILLIS;
    while (answer[0] == null && schedule.runNext(until)) {}
    if (answer[0] == null) {
      throw new AssertionError(member + " gave no answer to " + command + "\n" + trace.end());
    }
    return answer[0];
  }

  /** Asks a member, without waiting for its answer. */
  public void begin(String member, Command command, Consumer<Answer> reply) {
    node(member).command(command, reply);
  }

  public Answer write(String member, String name, String value, AckLevel level) {
    return ask(member, change(name, value, Optional.empty(), level, Condition.NONE));
  }

  /** Writes over what a context covers. */
  public Answer writeOver(String member, String name, String value, CausalContext context) {
    return ask(member, change(name, value, Optional.of(context), AckLevel.ONE, Condition.NONE));
  }

  public static Command.Write change(
      String name,
      String value,
      Optional<CausalContext> context,
      AckLevel level,
      Condition condition) {
    return new Command.Write(
        Name.of(name), Value.of(value), "", Optional.empty(), context, 0, level, condition);
  }

  public Answer read(String member, String name, AckLevel level) {
    return ask(
        member, new Command.Read(Name.of(name), Optional.empty(), level, Command.Values.ALL));
  }

  public Answer delete(String member, String name, AckLevel level) {
    return ask(member, new Command.Delete(Name.of(name), Optional.empty(), level, Condition.NONE));
  }

  /** The values that a member holds of a key, as text, newest first. */
  public List<String> held(String member, String name) {
    Store store = node(member).store();
    VersionSet versions = store.versions(Name.of(name));
    return versions.visibleAt(0).stream()
        .map(version -> value(store, Name.of(name), version))
        .map(value -> new String(value.bytes(), java.nio.charset.StandardCharsets.UTF_8))
        .toList();
  }

  /** The value of one version that a member holds, as text. */
  public String valueOf(String member, String name, Version version) {
    Value value = value(node(member).store(), Name.of(name), version);
    return new String(value.bytes(), java.nio.charset.StandardCharsets.UTF_8);
  }

  private static Value value(Store store, Name name, Version version) {
    try {
      return store.value(name, version.dot()).orElseThrow();
    } catch (StoreException e) {
      throw new AssertionError("a value can't be read", e);
    }
  }

  /** A member's store, to be looked at or tampered with. */
  public Store store(String member) {
    return node(member).store();
  }

  public VersionSet versions(String member, String name) {
    return node(member).store().versions(Name.of(name));
  }

  /** The members in the order of their responsibility for a key. */
  public List<String> preference(String name) {
    return new PartitionPlacement(members)
        .preference(Name.of(name)).stream().map(NodeId::text).toList();
  }

  public List<String> owners(String name, int mirrors) {
    return preference(name).subList(0, new Mirrors(mirrors).among(nodes.size()));
  }

  /** Nothing passes between these and the others any more, either way. */
  public void cutOff(List<String> side) {
    for (SimNode one : nodes) {
      for (SimNode other : nodes) {
        if (side.contains(one.id().text()) != side.contains(other.id().text())) {
          network.cut(one.id(), other.id());
        }
      }
    }
  }

  /** As much waits at one member for another as may. */
  public void crowd(String from, String to) {
    network.crowd(node(from).id(), node(to).id());
  }

  /** What a member sends of a kind takes so much longer from now on. */
  public void slowDown(String member, Class<? extends Message> kind, long millis) {
    network.slowDown(node(member).id(), kind, millis);
  }

  /** Every message may be lost, repeated or late from now on, until the heal. */
  public void degrade(double chance) {
    network.degrade(chance, chance, chance);
  }

  /** Messages of a type that were sent so far. */
  public long messages(String type) {
    return network.count(type);
  }

  /** Messages of each type that were sent so far. */
  Map<String, Long> messages() {
    return network.counts();
  }

  /** Bytes of all messages that were sent so far. */
  long bytes() {
    return network.bytes();
  }

  /** How many versions all members together have stored. */
  public long puts() {
    return puts;
  }

  public long nowMillis() {
    return schedule.nowMillis();
  }

  /** Nothing passes from one to the other any more; the way back is not touched. */
  public void cutWay(String from, String to) {
    network.cut(node(from).id(), node(to).id());
  }

  /** A message arrives that nobody has sent. */
  public void forge(String from, String to, Message message) {
    arrive(node(from).id(), node(to).id(), message);
  }

  /** What a member says of itself, as another one knows it. */
  public Answer.MemberLine line(String member, String of) {
    Answer.Membership answer = (Answer.Membership) ask(member, new Command.DescribeMembership());
    return answer.members().stream()
        .filter(line -> line.node().text().equals(of))
        .findFirst()
        .orElseThrow();
  }

  public void heal() {
    network.heal();
  }

  /** A member's wall clock is set. */
  public void jumpClock(String member, long millis) {
    node(member).jumpClock(millis);
  }

  /** The process is stopped (SIGSTOP). */
  public void freeze(String member) {
    node(member).freeze();
  }

  /** The process goes on (SIGCONT). */
  public void thaw(String member) {
    node(member).thaw();
  }

  /** A stop in order begins: what is under way goes on, and nothing new is taken. */
  public void beginStop(String member) {
    node(member).beginStop();
  }

  /** The process is killed. */
  public void kill(String member) {
    node(member).crash(SimDisk.Crash.KILL);
  }

  /** The power fails, and all that was not synced is gone. */
  public void losePower(String member) {
    node(member).crash(SimDisk.Crash.POWER_LOSS_OF_ALL_UNSYNCED);
  }

  public void wipe(String member) {
    node(member).crash(SimDisk.Crash.WIPE);
  }

  /** The process is killed and its disk replaced by a copy that was taken earlier. */
  public void restoreCopy(String member, Object copy) {
    node(member).restoreCopy((SimDisk) copy);
  }

  /** A copy of a member's disk, as of now. */
  public Object copyDisk(String member) {
    return ((SimStore) node(member).disk()).copy();
  }

  /** The process is killed, and started again with other secrets. */
  public void rekey(String member, List<DigestKey> keys) {
    kill(member);
    restoreCopy(member, ((SimStore) node(member).disk()).under(keys));
    restart(member);
  }

  public void restart(String member) {
    node(member).restart();
  }

  /** What whoever looks after a member was told. */
  public List<String> notices(String member) {
    return node(member).notices();
  }

  public void slowDisk(String member, long millis) {
    node(member).slowDisk(millis);
  }
}
