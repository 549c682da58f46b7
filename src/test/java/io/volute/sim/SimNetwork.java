package io.volute.sim;

import io.volute.identity.NodeId;
import io.volute.message.Message;
import java.util.Set;
import java.util.TreeSet;

/** Carries messages as badly as it is told to. */
final class SimNetwork {
  /** Takes what arrives. */
  interface Receiver {
    void onArrival(NodeId from, NodeId to, Message message);
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
  private final Set<Way> cut = new TreeSet<>();
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

  void heal() {
    cut.clear();
    degrade(0, 0, 0);
  }

  void send(NodeId from, NodeId to, Message message) {
    if (cut.contains(new Way(from, to)) || dice.chance(lossChance)) {
      return;
    }
    deliverLater(from, to, message);
    if (dice.chance(repeatChance)) {
      deliverLater(from, to, message);
    }
  }

  private void deliverLater(NodeId from, NodeId to, Message message) {
    // Mostly a millisecond or two; sometimes so late that much has happened in between.
    long delay = dice.chance(slowChance) ? dice.between(1, 3000) : dice.between(0, 3);
    String what = from + ">" + to + " " + message.getClass().getSimpleName();
    schedule.after(delay, what, () -> receiver.onArrival(from, to, message));
  }
}
