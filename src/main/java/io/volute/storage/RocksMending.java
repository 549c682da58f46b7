package io.volute.storage;

import io.volute.port.Clock;
import io.volute.port.StoreException;
import io.volute.record.Name;
import io.volute.storage.RocksTables.Table;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What a {@link RocksStore} does about damage in RocksDB's own files while it is open. The order of
 * the hash tree is derived of the keys, and is made anew while the store goes on; until that is
 * done who needs it is refused. For all else the next start makes the database anew, see {@link
 * RocksSalvage}; until then nothing is compacted any more, since RocksDB takes no changes once that
 * has met damage. For the kernel thread.
 */
final class RocksMending {
  private static final int KEYS_A_TURN = 128;
  private static final long PAUSE_MILLIS = 30_000;
  private static final byte[] ALL = {};
  private static final System.Logger LOG = System.getLogger(RocksMending.class.getName());

  private final Disk disk;
  private final RocksTables tables;
  private final RocksCatalog catalog;
  private final ChangeGate gate;
  private final Clock clock;
  private boolean salvageWanted;
  private boolean underWay;
  private Optional<Name> last = Optional.empty();
  private long nextTryMillis = Long.MIN_VALUE;

  RocksMending(Disk disk, RocksTables tables, RocksCatalog catalog, ChangeGate gate, Clock clock) {
    this.disk = disk;
    this.tables = tables;
    this.catalog = catalog;
    this.gate = gate;
    this.clock = clock;
    catalog.onDamage(this::found);
  }

  /** A file is damaged, as RocksDB says with its name. */
  void found(String problem) {
    if (tables.isAbout(Table.TREE, problem)) {
      catalog.order().distrust(problem);
    } else if (!salvageWanted) {
      salvageWanted = true;
      LOG.log(
          System.Logger.Level.ERROR,
          "the next start makes RocksDB anew of what can be read of it: {0}",
          problem);
      RocksSalvage.want(disk, problem);
      tables.stopCompaction();
    }
  }

  /** Whether {@link #step} has something to do. */
  boolean hasWork() {
    return underWay && gate.isOpen();
  }

  /** Does a turn's share of it. Cheap when there is nothing to do. */
  void step() {
    if (!gate.isOpen()) {
      return;
    }
    try {
      // The node has begun its new life before it took the first turn.
      catalog.forgetLoss();
      tables.forgetCut();
      if (underWay) {
        refill();
      } else if (catalog.order().isDamaged() && clock.monotonicMillis() >= nextTryMillis) {
        begin();
      }
    } catch (IOException | StoreException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "the order of keys can''t be made anew for now: {0}",
          e.getMessage());
      underWay = false;
      nextTryMillis = clock.monotonicMillis() + PAUSE_MILLIS;
    }
  }

  private void begin() throws IOException {
    LOG.log(System.Logger.Level.WARNING, "the damaged order of keys is made anew");
    catalog.beginOrderAnew();
    last = Optional.empty();
    underWay = true;
  }

  private void refill() throws IOException, StoreException {
    List<Name> page = catalog.names(ALL, last, KEYS_A_TURN);
    catalog.refill(page);
    if (page.size() < KEYS_A_TURN) {
      catalog.endOrderAnew();
      underWay = false;
      LOG.log(System.Logger.Level.INFO, "the order of keys is whole again");
    } else {
      last = Optional.of(page.get(page.size() - 1));
    }
  }
}
