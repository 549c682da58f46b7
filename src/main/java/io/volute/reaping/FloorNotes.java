package io.volute.reaping;

import io.volute.exchange.StoredQueue;
import io.volute.hashing.Partitions;
import io.volute.identity.Actor;
import io.volute.identity.NodeId;
import io.volute.port.Store;
import io.volute.port.StoreException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The floors of a node as notes of its store: {@code floor/at/NODE/INCARNATION} and what they
 * cover.
 */
final class FloorNotes {
  private static final String COVER = "floor/cover";
  private static final String PREFIX = "floor/at/";

  private final Store store;
  private final StoredQueue stored;

  FloorNotes(Store store, StoredQueue stored) {
    this.store = store;
    this.stored = stored;
  }

  SortedMap<Actor, Long> floors() {
    SortedMap<Actor, Long> floors = new TreeMap<>();
    for (String key : store.allNotes(PREFIX)) {
      String[] parts = key.substring(PREFIX.length()).split("/", 2);
      Actor actor = new Actor(new NodeId(parts[0]), Long.parseLong(parts[1]));
      floors.put(actor, ByteBuffer.wrap(store.note(key).orElseThrow()).getLong());
    }
    return floors;
  }

  /** For each partition the least mirror count that the floors are about; 0 for none. */
  byte[] cover() {
    return store.note(COVER).orElseGet(() -> new byte[Partitions.COUNT]);
  }

  /**
   * Keeps higher floors. What they cover goes first: lower floors hold for it as well, should the
   * rest be lost.
   */
  void keep(byte[] cover, Map<Actor, Long> raised) throws StoreException {
    stored.made(store.putNote(COVER, cover));
    for (Map.Entry<Actor, Long> one : raised.entrySet()) {
      Actor actor = one.getKey();
      String key = PREFIX + actor.node() + "/" + actor.incarnation();
      byte[] content = ByteBuffer.allocate(Long.BYTES).putLong(one.getValue()).array();
      stored.made(store.putNote(key, content));
    }
  }

  /** From now on the floors are about no partition. */
  static void forgetCover(Store store) throws StoreException {
    store.removeNote(COVER);
  }
}
