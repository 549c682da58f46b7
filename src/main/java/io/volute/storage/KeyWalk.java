package io.volute.storage;

import io.volute.hashing.Partitions;
import io.volute.port.KeyTree;
import io.volute.port.StoreException;
import io.volute.record.MirrorRange;
import io.volute.record.Name;
import java.util.List;
import java.util.Optional;

/**
 * Goes through all keys, some at a time: in the order of their names or, from where that is
 * damaged, of their hashes. For the kernel thread.
 */
final class KeyWalk {
  private static final byte[] ALL = {};

  private final Catalog catalog;
  private Optional<Name> lastByName = Optional.empty();
  private boolean byHash;
  private int partition;
  private Optional<Name> lastByHash = Optional.empty();
  private boolean over;

  KeyWalk(Catalog catalog) {
    this.catalog = catalog;
  }

  /** Whether that was all. */
  boolean isOver() {
    return over;
  }

  /**
   * The next ones; there may be none in spite of more to come.
   *
   * @param limit at most so many are looked at
   * @throws StoreException when both orders are damaged
   */
  List<Name> next(int limit) throws StoreException {
    if (!byHash) {
      try {
        return nextByName(limit);
      } catch (StoreException e) {
        // Its damage is noted, see NameOrder.damaged.
        byHash = true;
      }
    }
    return nextByHash(limit);
  }

  private List<Name> nextByName(int limit) throws StoreException {
    List<Name> page = catalog.names(ALL, lastByName, limit);
    over = page.size() < limit;
    if (!page.isEmpty()) {
      lastByName = Optional.of(page.get(page.size() - 1));
    }
    return page;
  }

  private List<Name> nextByHash(int limit) throws StoreException {
    KeyTree.Page page =
        catalog.tree().keys(partition, 0, Partitions.LEAVES, MirrorRange.ALL, lastByHash, limit);
    lastByHash = page.next();
    if (lastByHash.isEmpty()) {
      partition++;
      over = partition == Partitions.COUNT;
    }
    return page.keys().stream().map(key -> key.name()).filter(this::isNew).toList();
  }

  private boolean isNew(Name name) {
    return lastByName.isEmpty() || name.compareTo(lastByName.get()) > 0;
  }
}
