package io.volute.handoff;

import io.volute.exchange.MissedCopies;
import io.volute.exchange.StoredQueue;
import io.volute.exchange.Surroundings;
import io.volute.identity.MemberEntry;
import io.volute.identity.NodeId;
import io.volute.identity.Role;
import io.volute.membership.Liveness;
import io.volute.membership.Roster;
import io.volute.message.Message;
import io.volute.port.Store;
import io.volute.port.StoreException;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.Version;
import io.volute.record.VersionedValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Remembers, durably, which member has missed which key, and sends it the key's versions once it
 * can be reached.
 *
 * <p>Hints are bounded. One that finds no room is not lost for good: the member is then swept,
 * which compares all keys it shares with this node. Cost of a hint: one small log record, and the
 * name in memory; delivered {@value #WINDOW} at a time for each member.
 */
public final class Hints implements MissedCopies, Liveness.Observer, Roster.Observer {
  private static final String PREFIX = "hint/";
  private static final int WINDOW = 32;
  private static final long PAUSE_MILLIS = 500;

  private final Surroundings around;
  private final Consumer<NodeId> onOverflow;
  private final Map<NodeId, Delivery> deliveries = new TreeMap<>();
  private long count;

  /**
   * @param onOverflow is told of a member that has missed more than can be remembered
   */
  public Hints(Surroundings around, Consumer<NodeId> onOverflow) {
    this.around = around;
    this.onOverflow = onOverflow;
    addDeliveries(around.liveness().roster());
    countNotes();
  }

  private void addDeliveries(Roster roster) {
    for (MemberEntry peer : roster.peers()) {
      deliveries.computeIfAbsent(peer.id(), Delivery::new);
    }
  }

  /** Nobody waits any more for what a member has missed that is gone. */
  @Override
  public void onRosterChanged(Roster before, Roster after) {
    addDeliveries(after);
    for (MemberEntry peer : before.peers()) {
      if (!after.contains(peer.id())) {
        deliveries.remove(peer.id()).drop();
      } else if (after.record(peer.id()).orElseThrow().role() != Role.MEMBER) {
        // It was taken for a member before it spoke; it owns nothing.
        deliveries.get(peer.id()).drop();
      }
    }
  }

  private void countNotes() {
    String after = "";
    List<String> page;
    do {
      page = around.store().notes(PREFIX, after, WINDOW);
      count += page.size();
      after = page.isEmpty() ? after : page.get(page.size() - 1);
    } while (!page.isEmpty());
  }

  public void start() {
    around.after(PAUSE_MILLIS, this::onInterval);
  }

  private void onInterval() {
    deliveries.values().forEach(Delivery::begin);
    around.after(PAUSE_MILLIS, this::onInterval);
  }

  @Override
  public void onPeerReachable(NodeId peer) {
    deliveries.get(peer).begin();
  }

  @Override
  public void onPeerUnreachable(NodeId peer) {
    deliveries.get(peer).abandon();
  }

  @Override
  public void missed(NodeId member, Name name) {
    Delivery delivery = deliveries.get(member);
    if (delivery == null || delivery.isUnderWayAgain(name)) {
      return;
    }
    String key = delivery.prefix + name;
    if (around.store().note(key).isPresent()) {
      return;
    }
    if (count >= around.tuning().hintsLimit()) {
      onOverflow.accept(member);
      return;
    }
    try {
      around.stored().made(around.store().putNote(key, new byte[0]));
      count++;
    } catch (StoreException e) {
      // The store takes nothing more, and has said so; comparing keys is what remains.
      onOverflow.accept(member);
    }
  }

  /** Whether a member is yet to be brought what it missed of a key. */
  public boolean owes(NodeId member, Name name) {
    Delivery delivery = deliveries.get(member);
    return delivery != null && around.store().note(delivery.prefix + name).isPresent();
  }

  /** Hints that are kept now, for all members together. */
  public long count() {
    return count;
  }

  /** Brings one member what it missed. */
  private final class Delivery {
    private final NodeId target;
    private final String prefix;

    /** Names on their way; true when the member missed another version meanwhile. */
    private final Map<Name, Boolean> underWay = new TreeMap<>();

    private final List<Long> questions = new ArrayList<>();
    private String after = "";

    /** Tells the answers of an abandoned round from those of the present one. */
    private long round;

    Delivery(NodeId target) {
      this.target = target;
      this.prefix = PREFIX + target + "/";
    }

    boolean isUnderWayAgain(Name name) {
      return underWay.computeIfPresent(name, (same, before) -> true) != null;
    }

    void begin() {
      if (underWay.isEmpty() && around.liveness().isReachable(target)) {
        after = "";
        next();
      }
    }

    void abandon() {
      round++;
      questions.forEach(around.questions()::forget);
      questions.clear();
      underWay.clear();
    }

    /** Forgets everything that was owed. */
    void drop() {
      abandon();
      List<String> keys = around.store().notes(prefix, "", WINDOW);
      while (!keys.isEmpty()) {
        for (String key : keys) {
          forget(Name.of(key.substring(prefix.length())));
        }
        List<String> left = around.store().notes(prefix, "", WINDOW);
        if (left.equals(keys)) {
          // The store takes no changes; they are forgotten after the next start.
          return;
        }
        keys = left;
      }
    }

    private void next() {
      questions.clear();
      if (!around.wire().hasRoom(target)) {
        // The rest waits for the next interval: what clients send now goes before it.
        return;
      }
      List<String> keys = around.store().notes(prefix, after, WINDOW);
      if (keys.isEmpty()) {
        return;
      }
      after = keys.get(keys.size() - 1);
      List<Name> names = keys.stream().map(key -> Name.of(key.substring(prefix.length()))).toList();
      names.forEach(name -> underWay.put(name, false));
      names.forEach(this::deliver);
    }

    private void deliver(Name name) {
      List<VersionedValue> contents = new ArrayList<>();
      for (Version version : around.store().versions(name)) {
        read(name, version).ifPresent(value -> contents.add(new VersionedValue(version, value)));
      }
      int[] missing = {contents.size()};
      long inRound = round;
      for (VersionedValue content : contents) {
        questions.add(
            around
                .questions()
                .ask(
                    around.endpoint(target),
                    id -> new Message.Replicate(id, name, content),
                    answer -> {
                      missing[0]--;
                      boolean stored =
                          answer instanceof Message.Obsolete
                              || (answer instanceof Message.Replicated replicated
                                  && replicated.stored());
                      onAnswered(name, stored, missing[0], inRound);
                      return true;
                    }));
      }
      if (contents.isEmpty()) {
        onAnswered(name, true, 0, inRound);
      }
    }

    private Optional<Value> read(Name name, Version version) {
      try {
        Store store = around.store();
        return version.sizeBytes() == 0
            ? Optional.of(Value.EMPTY)
            : store.value(name, version.dot());
      } catch (StoreException e) {
        // Damaged here; the store has reported it, and another owner has it.
        return Optional.empty();
      }
    }

    private void onAnswered(Name name, boolean stored, int missing, long inRound) {
      if (inRound != round) {
        return;
      }
      if (!stored) {
        // Kept for the next interval.
        underWay.computeIfPresent(name, (same, again) -> true);
      }
      if (missing > 0) {
        return;
      }
      Boolean again = underWay.remove(name);
      if (Boolean.FALSE.equals(again)) {
        forget(name);
      }
      if (underWay.isEmpty()) {
        next();
      }
    }

    private void forget(Name name) {
      try {
        StoredQueue stored = around.stored();
        stored.made(around.store().removeNote(prefix + name));
        count--;
      } catch (StoreException e) {
        // It will be delivered once more after a restart, which changes nothing.
        return;
      }
    }
  }
}
