package io.volute.handoff;

import io.volute.exchange.StoredQueue;
import io.volute.identity.HostPort;
import io.volute.identity.MemberEntry;
import io.volute.identity.NodeId;
import io.volute.port.Store;
import io.volute.port.StoreException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The epochs of placement, kept as notes of the store: after a restart in the midst of a move a
 * node must not go by the new placement alone. A note for each member: {@code epoch/N/ID}.
 */
final class EpochNotes {
  private static final String PREFIX = "epoch/";

  /** Only who owns what is kept here; where members are reached is known elsewhere. */
  private static final HostPort NOWHERE = new HostPort("nowhere", 1);

  private final Store store;
  private final StoredQueue stored;

  EpochNotes(Store store, StoredQueue stored) {
    this.store = store;
    this.stored = stored;
  }

  /** The epochs as they were kept, oldest first; none where nothing is moving. */
  List<List<MemberEntry>> load() {
    List<List<MemberEntry>> epochs = new ArrayList<>();
    for (String key : store.allNotes(PREFIX)) {
      String[] parts = key.split("/", 3);
      int epoch = Integer.parseInt(parts[1]);
      while (epochs.size() <= epoch) {
        epochs.add(new ArrayList<>());
      }
      String content = new String(store.note(key).orElseThrow(), StandardCharsets.UTF_8);
      String[] words = content.split(" ", 2);
      Optional<String> zone = words[1].isEmpty() ? Optional.empty() : Optional.of(words[1]);
      int weight = Integer.parseInt(words[0]);
      epochs.get(epoch).add(new MemberEntry(new NodeId(parts[2]), NOWHERE, zone, weight));
    }
    return epochs;
  }

  /** Keeps these instead; with one epoch only there is nothing to keep. */
  void keep(List<List<MemberEntry>> epochs) throws StoreException {
    for (String key : store.allNotes(PREFIX)) {
      stored.made(store.removeNote(key));
    }
    for (int epoch = 0; epochs.size() > 1 && epoch < epochs.size(); epoch++) {
      for (MemberEntry member : epochs.get(epoch)) {
        String content = member.weight() + " " + member.zone().orElse("");
        String key = PREFIX + epoch + "/" + member.id();
        stored.made(store.putNote(key, content.getBytes(StandardCharsets.UTF_8)));
      }
    }
  }
}
