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

/**
 * The epochs of placement, kept as notes of the store: after a restart in the midst of a move a
 * node must not go by the new placement alone. A note for each member: {@code epoch/N/ID}, and
 * {@code bare-epoch/N} where no key was written in one.
 */
final class EpochNotes {
  private static final String PREFIX = "epoch/";
  private static final String BARE_PREFIX = "bare-epoch/";

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
    List<List<MemberEntry>> epochs = new ArrayList<>();
    for (String key : store.allNotes(PREFIX)) {
      String[] parts = key.split("/", 3);
      int epoch = Integer.parseInt(parts[1]);
      while (epochs.size() <= epoch) {
        epochs.add(new ArrayList<>());
      }
      String[] words = text(key).split(" ", 2);
      Optional<String> zone = words[1].isEmpty() ? Optional.empty() : Optional.of(words[1]);
      int weight = Integer.parseInt(words[0]);
      epochs.get(epoch).add(new MemberEntry(new NodeId(parts[2]), NOWHERE, zone, weight));
    }
    List<String> bare = store.allNotes(BARE_PREFIX);
    List<Placements.Kept> kept = new ArrayList<>();
    for (List<MemberEntry> members : epochs) {
      String key = BARE_PREFIX + kept.size();
      // Of as many members as it was kept with: else it is another epoch than that.
      boolean isBare = bare.contains(key) && text(key).equals("" + members.size());
      kept.add(new Placements.Kept(members, isBare));
    }
    return kept;
  }

  private String text(String key) {
    return new String(store.note(key).orElseThrow(), StandardCharsets.UTF_8);
  }

  /**
   * Keeps these instead; with one epoch only there is nothing to keep. The word that one is bare
   * goes first and comes last, so that a crash in between has keys moved needlessly, not missed.
   */
  void keep(List<Placements.Kept> epochs) throws StoreException {
    for (String prefix : List.of(BARE_PREFIX, PREFIX)) {
      for (String key : store.allNotes(prefix)) {
        stored.made(store.removeNote(key));
      }
    }
    if (epochs.size() == 1) {
      return;
    }
    for (int epoch = 0; epoch < epochs.size(); epoch++) {
      for (MemberEntry member : epochs.get(epoch).members()) {
        String content = member.weight() + " " + member.zone().orElse("");
        put(PREFIX + epoch + "/" + member.id(), content);
      }
    }
    for (int epoch = 0; epoch < epochs.size(); epoch++) {
      if (epochs.get(epoch).isBare()) {
        put(BARE_PREFIX + epoch, "" + epochs.get(epoch).members().size());
      }
    }
  }

  private void put(String key, String content) throws StoreException {
    stored.made(store.putNote(key, content.getBytes(StandardCharsets.UTF_8)));
  }
}
