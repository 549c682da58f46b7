package io.volute.sim;

import io.volute.hashing.Partitions;
import io.volute.port.Store;
import io.volute.port.Store.NamedVersions;
import io.volute.port.StoreException;
import io.volute.reaping.Floors;
import io.volute.record.Name;
import io.volute.record.Version;
import java.util.Optional;

/** What a daemon and its operator do about a disk that may be damaged. */
final class DiskCare {
  private DiskCare() {}

  /** A store was found to be damaged when it was opened. */
  static void doubt(Store store) {
    try {
      Floors.doubt(store);
    } catch (StoreException e) {
      throw new AssertionError("a store that has just been opened takes nothing", e);
    }
  }

  /** Whether the sums that a key is in are those of their keys. */
  static boolean isCountedRight(Store store, Name name) {
    try {
      return store.tree().recount(Partitions.of(name));
    } catch (StoreException e) {
      throw new AssertionError("an order is damaged that was read a while ago", e);
    }
  }

  /** The operator has the process started again, whose start reads the whole log. */
  static final class RestartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RestartException(StoreException cause) {
      super(cause);
    }
  }

  /** Reads every value and what the orders of keys hold once; the disk tells what is damaged. */
  static void readAll(Store store) {
    try {
      for (NamedVersions one : store.list(new byte[0], Optional.empty(), Integer.MAX_VALUE)) {
        store.tree().recount(Partitions.of(one.name()));
        one.versions().forEach(version -> read(store, one.name(), version));
      }
    } catch (StoreException e) {
      throw new RestartException(e);
    }
  }

  private static void read(Store store, Name name, Version version) {
    try {
      store.value(name, version.dot());
    } catch (StoreException e) {
      // Told by the disk.
      return;
    }
  }
}
