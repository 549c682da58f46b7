package io.volute.sim;

import io.volute.codec.MalformedMessageException;
import io.volute.codec.MessageDecoder;
import io.volute.codec.MessageEncoder;
import io.volute.identity.HostPort;
import io.volute.identity.NodeId;
import io.volute.message.Message;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Carries messages as badly as it is told to. */
final class SimNetwork {
  private static final int MAX_MESSAGE_BYTES = 65_000;

  /** Takes what arrives. */
  interface Receiver {
    void onArrival(NodeId from, NodeId to, Message message);

    /** Somebody calls whoever is at an address. */
    void onCall(NodeId from, HostPort at);
  }

  private record Way(NodeId from, NodeId to) implements Comparable<Way> {
    @Override
    public int compareTo(Way other) {
      int byFrom = from.compareTo(other.from);
      return byFrom != 0 ? byFrom : to.compareTo(other.to);
    }
  }

  private final Schedule schedule;
  private final SimDice dice;
  private final Receiver receiver;
  private final MessageEncoder encoder = new MessageEncoder(MAX_MESSAGE_BYTES);
  private final MessageDecoder decoder = new MessageDecoder();
  private final Set<Way> cut = new TreeSet<>();
  private final Set<Way> crowded = new TreeSet<>();
  private final Map<NodeId, Map<Class<?>, Long>> slow = new TreeMap<>();
  private final Map<String, Long> counts = new TreeMap<>();
  private final Map<String, Long> countsByWay = new HashMap<>();
  private long bytes;
  private double lossChance;
  private double repeatChance;
  private double slowChance;

  SimNetwork(Schedule schedule, SimDice dice, Receiver receiver) {
    this.schedule = schedule;
    this.dice = dice;
    this.receiver = receiver;
  }

  void degrade(double loss, double repeat, double slow) {
    lossChance = loss;
    repeatChance = repeat;
    slowChance = slow;
  }

  /** Nothing gets from one to the other any more; the way back is not touched. */
  void cut(NodeId from, NodeId to) {
    cut.add(new Way(from, to));
  }

  /** So much waits on this way that no more is welcome; what is sent all the same gets through. */
  void crowd(NodeId from, NodeId to) {
    crowded.add(new Way(from, to));
  }

  /** What a node sends of a kind takes so much longer. */
  void slowDown(NodeId from, Class<? extends Message> kind, long millis) {
    slow.computeIfAbsent(from, absent -> new HashMap<>()).put(kind, millis);
  }

  boolean hasRoom(NodeId from, NodeId to) {
    return !crowded.contains(new Way(from, to));
  }

  void heal() {
    cut.clear();
    crowded.clear();
    slow.clear();
    degrade(0, 0, 0);
  }

  void send(NodeId from, NodeId to, Message message) {
    if (cut.contains(new Way(from, to)) || dice.chance(lossChance)) {
      return;
    }
    Message arriving = throughTheCodec(message);
    countsByWay.merge(what(from, to, message), 1L, Long::sum);
    deliverLater(from, to, arriving);
    if (dice.chance(repeatChance)) {
      deliverLater(from, to, arriving);
    }
  }

  void call(NodeId from, HostPort at) {
    if (!dice.chance(lossChance)) {
      schedule.after(dice.between(0, 3), from + "> call", () -> receiver.onCall(from, at));
    }
  }

  /** Messages of a type that were sent so far; as {@code n1>n2 Probe} those of one way only. */
  long count(String type) {
    return counts.getOrDefault(type, countsByWay.getOrDefault(type, 0L));
  }

  /** Messages of each type that were sent so far. */
  Map<String, Long> counts() {
    return counts;
  }

  /** Bytes of all messages that were sent so far, without what a datagram adds. */
  long bytes() {
    return bytes;
  }

  boolean isCut(NodeId from, NodeId to) {
    return cut.contains(new Way(from, to));
  }

  /** Whether all that is sent from one to the other arrives, and soon. */
  boolean isSound(NodeId from, NodeId to) {
    return !isCut(from, to) && lossChance == 0 && slowChance == 0;
  }

  /** What comes out at the other end of a real wire. */
  private Message throughTheCodec(Message message) {
    int length = encoder.encode(message);
    Oracle.check(length != MessageEncoder.UNENCODABLE, () -> "not encodable: " + message);
    counts.merge(message.getClass().getSimpleName(), 1L, Long::sum);
    bytes += length;
    try {
      return decoder.decode(encoder.bytes(), 0, length);
    } catch (MalformedMessageException e) {
      throw new AssertionError("not decodable: " + message, e);
    }
  }

  private void deliverLater(NodeId from, NodeId to, Message message) {
    // Mostly a millisecond or two; sometimes so late that much has happened in between.
    long delay = dice.chance(slowChance) ? dice.between(1, 3000) : dice.between(0, 3);
    delay += slow.getOrDefault(from, Map.of()).getOrDefault(message.getClass(), 0L);
    schedule.after(delay, what(from, to, message), () -> receiver.onArrival(from, to, message));
  }

  private static String what(NodeId from, NodeId to, Message message) {
    return from + ">" + to + " " + message.getClass().getSimpleName();
  }
}
