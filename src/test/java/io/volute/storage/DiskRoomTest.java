package io.volute.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.port.StoreException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * The index lies in files that have no blocks until they are written through memory, where nothing
 * can be refused: what writes to them has to stop before the disk is full.
 */
class DiskRoomTest {
  private static final long PLENTY_BYTES = 8L << 30;
  private static final int KEYS = 600;

  private final SimulatedDisk disk = new SimulatedDisk(1);
  private final ManualClock clock = new ManualClock();
  private final DiskRoom room = new DiskRoom(disk, clock);

  @Test
  void shouldLookSoonerAgainWhenLittleIsLeft() {
    disk.setUsableBytes(PLENTY_BYTES);
    assertFalse(room.isShort());
    disk.setUsableBytes(2 * DiskRoom.RESERVE_BYTES);
    clock.pass(249);
    assertFalse(room.isShort());
    clock.pass(1);
    assertFalse(room.isShort());
    disk.setUsableBytes(0);
    clock.pass(19);
    assertFalse(room.isShort());
    clock.pass(1);
    assertTrue(room.isShort() && room.isFull());
  }

  @Test
  void shouldLeaveTheLastOfTheReserveAlone() {
    StoreReporter reporter = new StoreReporter(new RecordingListener());
    GroupCommit commit = new GroupCommit(disk, new Sealing(disk));
    ChangeGate gate = new ChangeGate(reporter, commit, room, Optional::empty);
    disk.setUsableBytes(DiskRoom.RESERVE_BYTES - 1);
    assertThrows(StoreException.class, gate::check);
    assertTrue(gate.isOpen(), "what makes room goes on");
    disk.setUsableBytes(DiskRoom.LAST_BYTES - 1);
    clock.pass(20);
    assertFalse(gate.isOpen());
    disk.setUsableBytes(PLENTY_BYTES);
    clock.pass(20);
    assertTrue(gate.isOpen());
  }

  @Test
  void shouldRefuseAStartThatWouldFillTheIndexOnAFullDisk() throws Exception {
    DurableStore store = open();
    for (int i = 0; i < KEYS; i++) {
      TestVersions.overwrite(store, "key " + i, i + 1, 10);
    }
    store.flush();
    store.syncNow();
    disk.setUsableBytes(1 << 20);
    StoreException refusal = assertThrows(StoreException.class, this::open);
    assertTrue(refusal.getMessage().contains("the disk is full: "), refusal.getMessage());
    disk.setUsableBytes(PLENTY_BYTES);
    assertEquals(KEYS, open().keyCount());
  }

  /** Nobody has to turn and turn for what a full disk does not let happen. */
  @Test
  void shouldRestWhileTheFillingOfTheIndexHasToWait() throws Exception {
    DurableStore store = open();
    for (int i = 0; i < KEYS; i++) {
      TestVersions.overwrite(store, "key " + i, i + 1, 10);
      store.flush();
      store.syncNow();
      store.runCompletions();
    }
    assertTrue(Checkpoint.read(disk).isPresent());
    DurableStore again = open();
    assertTrue(again.hasCompletions());
    disk.setUsableBytes(DiskRoom.LAST_BYTES - 1);
    clock.pass(250);
    assertFalse(again.hasCompletions());
    disk.setUsableBytes(PLENTY_BYTES);
    clock.pass(20);
    assertTrue(again.hasCompletions());
    for (int turns = 0; again.hasCompletions(); turns++) {
      assertTrue(turns < KEYS, "it is never filled");
      again.runCompletions();
    }
  }

  private DurableStore open() throws StoreException {
    StoreSettings settings = new StoreSettings(FsyncPolicy.ALWAYS, 30_000, 64 << 10, 64);
    return DurableStore.openStepped(
        disk, settings, new RecordingListener(), clock, new SeededDice(1));
  }
}
