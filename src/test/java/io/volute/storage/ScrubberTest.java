package io.volute.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.causal.CausalContext;
import io.volute.port.StoreException;
import io.volute.record.BlobId;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A store that reads all its files looks for bits that have changed. */
class ScrubberTest {
  private static final StoreSettings SETTINGS =
      new StoreSettings(FsyncPolicy.ALWAYS, 4_000, 64 << 10, 16, 8);
  private static final int BLOB_BYTES = 150_000;

  private final SimulatedDisk disk = new SimulatedDisk(1);
  private final RecordingListener heard = new RecordingListener();
  private DurableStore store;

  @BeforeEach
  void fillAStore() throws Exception {
    store = open(heard);
    for (int i = 1; i <= 30; i++) {
      TestVersions.overwrite(store, "key " + i % 20, i, 300);
      store.flush();
      store.syncNow();
      store.runCompletions();
    }
    putBlob(100);
    store.putNote("note", new byte[] {1, 2, 3});
    store.flush();
    store.syncNow();
    for (int i = 0; i < 20; i++) {
      store.runCompletions();
    }
  }

  private DurableStore open(RecordingListener listener) throws StoreException {
    return DurableStore.openStepped(disk, SETTINGS, listener, new SystemClock(), new SeededDice(1));
  }

  private Version putBlob(long counter) throws StoreException {
    Name name = Name.of("large");
    Version version =
        TestVersions.version(TestVersions.dot(counter), CausalContext.EMPTY, BLOB_BYTES);
    Value.Blob blob =
        TestBlobs.make(store, name, new BlobId(1, counter), TestVersions.valueOf(version).bytes());
    store.put(name, version, blob, VersionSet.of(version));
    return version;
  }

  private ScrubProgress scrub() throws StoreException {
    store.beginScrub();
    for (int i = 0; i < 1_000 && store.scrubProgress().underWay(); i++) {
      store.runCompletions();
    }
    ScrubProgress progress = store.scrubProgress();
    assertFalse(progress.underWay());
    return progress;
  }

  private void flip(String file, int at) {
    byte[] content = disk.content(file);
    content[at] ^= (byte) (1 << (at % 8));
    disk.overwrite(file, content);
  }

  @Test
  void shouldFindNothingInAStoreThatIsWhole() throws Exception {
    ScrubProgress progress = scrub();
    assertEquals(List.of(), progress.places());
    assertEquals(0, progress.damagedVersions());
    assertEquals(21, progress.keysChecked());
    assertTrue(progress.bytesRead() > BLOB_BYTES, progress.toString());
    assertTrue(progress.bytesRead() <= progress.bytesTotal(), progress.toString());
    assertEquals(List.of(), heard.damaged());
  }

  /** Every file there is, at samples of its bytes: the log and blobs, and what is derived. */
  @Test
  void shouldFindAFlippedBitInEveryFile() throws Exception {
    Map<String, byte[]> files = disk.snapshot();
    for (String kind : List.of(".log", ".sealed", "blobs/", "names/", "tree/", "CHECKPOINT")) {
      assertTrue(files.keySet().stream().anyMatch(file -> file.contains(kind)), kind);
    }
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      int size = file.getValue().length;
      int step = Math.max(1, size / 12);
      for (int at = step / 3; at < size; at += step) {
        SimulatedDisk copy = disk.copy(at);
        DurableStore other =
            DurableStore.openStepped(
                copy, SETTINGS, new RecordingListener(), new SystemClock(), new SeededDice(1));
        while (other.hasCompletions()) {
          other.runCompletions();
        }
        if (!copy.exists(file.getKey())) {
          continue;
        }
        byte[] content = copy.content(file.getKey());
        int place = Math.min(at, content.length - 1);
        content[place] ^= (byte) (1 << (at % 8));
        copy.overwrite(file.getKey(), content);
        other.beginScrub();
        for (int i = 0; i < 1_000 && other.scrubProgress().underWay(); i++) {
          other.runCompletions();
        }
        assertTrue(other.scrubProgress().damagedPlaces() > 0, file.getKey() + " at byte " + place);
      }
    }
  }

  @Test
  void shouldNameTheVersionOfADamagedRecordUntilItIsPutAgain() throws Exception {
    Name name = Name.of("key 7");
    Version version = store.versions(name).asList().get(0);
    String file = fileWith(TestVersions.valueOf(version).bytes());
    flip(file, indexOf(disk.content(file), TestVersions.valueOf(version).bytes()) + 100);

    assertEquals(1, scrub().damagedVersions());
    assertEquals(List.of("key 7 " + version.dot().counter()), heard.damaged());
    assertThrows(StoreException.class, () -> store.value(name, version.dot()));
    assertEquals(VersionSet.of(version), store.versions(name));

    store.put(name, version, TestVersions.valueOf(version), store.versions(name));
    assertEquals(Optional.of(TestVersions.valueOf(version)), store.value(name, version.dot()));
    ScrubProgress after = scrub();
    assertEquals(0, after.damagedVersions());
    assertEquals(1, after.damagedPlaces(), "the old record is of no consequence, and is seen");
  }

  @Test
  void shouldNameTheVersionOfADamagedBlobUntilItIsPutAgain() throws Exception {
    Version version = store.versions(Name.of("large")).asList().get(0);
    String file = BlobFormat.fileName(new BlobId(1, 100));
    flip(file, 70_000);
    assertEquals(1, scrub().damagedVersions());
    assertEquals(List.of("large 100"), heard.damaged());
    assertThrows(StoreException.class, () -> store.value(Name.of("large"), version.dot()));

    // Also under the same name, which is that of the damaged file.
    putBlob(100);
    Value value = store.value(Name.of("large"), version.dot()).orElseThrow();
    assertEquals(Optional.of(TestVersions.valueOf(version)), TestBlobs.whole(store, value));
    assertEquals(0, scrub().damagedPlaces());
  }

  @Test
  void shouldNameTheVersionOfAMissingBlob() throws Exception {
    disk.delete(BlobFormat.fileName(new BlobId(1, 100)));
    ScrubProgress progress = scrub();
    assertEquals(1, progress.damagedVersions());
    assertEquals(List.of("large 100"), heard.damaged());
    assertTrue(progress.places().get(0).endsWith("is missing"), progress.toString());
  }

  /** Nobody has to scrub for that. */
  @Test
  void shouldNameADamagedBlobWhenItIsRead() throws Exception {
    flip(BlobFormat.fileName(new BlobId(1, 100)), 70_000);
    assertTrue(TestBlobs.read(store, new BlobId(1, 100), 0, 1_000).isPresent());
    assertTrue(TestBlobs.read(store, new BlobId(1, 100), 60_000, 20_000).isEmpty());
    store.runCompletions();
    assertEquals(List.of("large 100"), heard.damaged());
  }

  @Test
  void shouldWriteACheckpointAnewThatIsDamaged() throws Exception {
    flip(Checkpoint.FILE, 40);
    assertEquals(1, scrub().damagedPlaces());
    for (int i = 0; i < 20; i++) {
      store.flush();
      store.syncNow();
      store.runCompletions();
    }
    assertTrue(Checkpoint.read(disk).isPresent());
    assertEquals(0, scrub().damagedPlaces());
  }

  private String fileWith(byte[] content) {
    return disk.files().stream()
        .filter(file -> indexOf(disk.content(file), content) >= 0)
        .reduce((first, last) -> last)
        .orElseThrow();
  }

  private static int indexOf(byte[] in, byte[] part) {
    for (int at = 0; at + part.length <= in.length; at++) {
      if (java.util.Arrays.equals(in, at, at + part.length, part, 0, part.length)) {
        return at;
      }
    }
    return -1;
  }
}
