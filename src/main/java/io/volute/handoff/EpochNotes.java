package io.volute.handoff;

import io.volute.exchange.StoredQueue;
import io.volute.identity.HostPort;
import io.volute.identity.MemberEntry;
import io.volute.identity.NodeId;
import io.volute.placement.Placements;
import io.volute.port.Store;
import io.volute.port.StoreException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The epochs of placement, kept as notes of the store: after a restart in the midst of a move a
 * node must not go by the new placement alone.
 *
 * <p>A note for each member, {@code epochs/GENERATION/EPOCH/ID}, and one that seals the generation,
 * {@code epochs/GENERATION}, with a word for each epoch: its members' number, and {@code bare}
 * where no key was written in it. A generation is written whole and sealed before the one before it
 * is removed, seal first, so that a crash leaves the former epochs or the new ones, whatever part
 * of the changes it lets through. For one thread.
 */
final class EpochNotes {
  private static final String PREFIX = "epochs/";
  private static final String BARE = "bare";

  /** Only who owns what is kept here; where members are reached is known elsewhere. */
  private static final HostPort NOWHERE = new HostPort("nowhere", 1);

  private final Store store;
  private final StoredQueue stored;

  EpochNotes(Store store, StoredQueue stored) {
    this.store = store;
    this.stored = stored;
  }

  /** The epochs as they were kept, oldest first; none where nothing is moving. */
  List<Placements.Kept> load() {
    SortedMap<Integer, List<String>> generations = generations();
    Optional<Integer> newest = newestSealed(generations);
    return newest.isEmpty() ? List.of() : read(generations.get(newest.get()));
  }

  /** Keys of notes by generation, the seal before the others of its generation. */
  private SortedMap<Integer, List<String>> generations() {
    SortedMap<Integer, List<String>> generations = new TreeMap<>();
    for (String key : store.allNotes(PREFIX)) {
      int generation = Integer.parseInt(key.split("/", 3)[1]);
      generations.computeIfAbsent(generation, absent -> new ArrayList<>()).add(key);
    }
    return generations;
  }

  private static boolean isSealed(List<String> generation) {
    return generation.get(0).indexOf('/', PREFIX.length()) < 0;
  }

  private static Optional<Integer> newestSealed(SortedMap<Integer, List<String>> generations) {
    Optional<Integer> newest = Optional.empty();
    for (int generation : generations.keySet()) {
      if (isSealed(generations.get(generation))) {
        newest = Optional.of(generation);
      }
    }
    return newest;
  }

  private List<Placements.Kept> read(List<String> generation) {
    String[] words = text(generation.get(0)).split(",", -1);
    List<List<MemberEntry>> epochs = new ArrayList<>();
    for (int i = 0; i < words.length; i++) {
      epochs.add(new ArrayList<>());
    }
    for (String key : generation.subList(1, generation.size())) {
      String[] parts = key.split("/", 4);
      String[] content = text(key).split(" ", 2);
      Optional<String> zone = content[1].isEmpty() ? Optional.empty() : Optional.of(content[1]);
      int weight = Integer.parseInt(content[0]);
      epochs
          .get(Integer.parseInt(parts[2]))
          .add(new MemberEntry(new NodeId(parts[3]), NOWHERE, zone, weight));
    }
    List<Placements.Kept> kept = new ArrayList<>();
    for (int i = 0; i < words.length; i++) {
      // Where a note was damaged the others still count, but not as an epoch without keys.
      boolean isBare = words[i].equals(seal(epochs.get(i), true));
      kept.add(new Placements.Kept(epochs.get(i), isBare));
    }
    return kept;
  }

  private static String seal(List<MemberEntry> members, boolean isBare) {
    return isBare ? members.size() + " " + BARE : "" + members.size();
  }

  private String text(String key) {
    return new String(store.note(key).orElseThrow(), StandardCharsets.UTF_8);
  }

  /** Keeps these instead; with one epoch only there is nothing to keep. */
  void keep(List<Placements.Kept> epochs) throws StoreException {
    SortedMap<Integer, List<String>> before = generations();
    int newest = newestSealed(before).orElse(0);
    // What was begun and never sealed must not be mixed with what is written now.
    for (List<String> unsealed : before.tailMap(newest + 1).values()) {
      remove(unsealed);
    }
    if (epochs.size() > 1) {
      write(newest + 1, epochs);
    }
    // Oldest first: else one that is long past might be the newest that is left.
    for (List<String> past : before.headMap(newest + 1).values()) {
      remove(past);
    }
  }

  private void write(int generation, List<Placements.Kept> epochs) throws StoreException {
    List<String> seals = new ArrayList<>();
    for (int epoch = 0; epoch < epochs.size(); epoch++) {
      List<MemberEntry> members = epochs.get(epoch).members();
      for (MemberEntry member : members) {
        String content = member.weight() + " " + member.zone().orElse("");
        put(PREFIX + generation + "/" + epoch + "/" + member.id(), content);
      }
      seals.add(seal(members, epochs.get(epoch).isBare()));
    }
    put(PREFIX + generation, String.join(",", seals));
  }

  private void remove(List<String> keys) throws StoreException {
    for (String key : keys) {
      stored.made(store.removeNote(key));
    }
  }

  private void put(String key, String content) throws StoreException {
    stored.made(store.putNote(key, content.getBytes(StandardCharsets.UTF_8)));
  }
}
