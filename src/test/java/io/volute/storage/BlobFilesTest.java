package io.volute.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.port.StoreException;
import io.volute.record.BlobId;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Large values in files of their own, on a disk that is watched. */
class BlobFilesTest {
  private static final Name KEY = Name.of("key");
  private static final StoreSettings SETTINGS =
      new StoreSettings(FsyncPolicy.ALWAYS, 1 << 20, 64 << 10, 16);

  private final SimulatedDisk disk = new SimulatedDisk(1);
  private DurableStore store = open();
  private long counter;

  private DurableStore open() {
    try {
      return DurableStore.openStepped(
          disk, SETTINGS, new RecordingListener(), new SystemClock(), new SeededDice(1));
    } catch (StoreException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] content(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  private Version put(Value value) throws StoreException {
    VersionSet before = store.versions(KEY);
    Version version =
        TestVersions.version(
            TestVersions.dot(++counter), before.context(), (int) value.sizeBytes());
    store.put(KEY, version, value, before.with(version));
    return version;
  }

  private Version putBlob(byte[] content) throws StoreException {
    return put(TestBlobs.make(store, KEY, new BlobId(1, counter + 1), content));
  }

  private void settle() {
    store.flush();
    store.syncNow();
    store.runCompletions();
  }

  private List<String> files() throws Exception {
    return disk.list(BlobFormat.DIRECTORY);
  }

  @Test
  void shouldGiveBackAnyPartAlsoAfterARestart() throws Exception {
    for (int size : new int[] {65_536, 65_537, 131_072, 200_001}) {
      byte[] content = content(size);
      Version version = putBlob(content);
      settle();
      for (int round = 0; round < 2; round++) {
        Value value = store.value(KEY, version.dot()).orElseThrow();
        Value.Blob blob = assertInstanceOf(Value.Blob.class, value);
        assertArrayEquals(content, TestBlobs.read(store, blob.id(), 0, size + 5).orElseThrow());
        for (int from : new int[] {0, 1, 65_535, size - 1}) {
          byte[] part = TestBlobs.read(store, blob.id(), from, 10).orElseThrow();
          byte[] expected = Arrays.copyOfRange(content, from, Math.min(size, from + 10));
          assertArrayEquals(expected, part, size + " from " + from);
        }
        assertEquals(Optional.empty(), TestBlobs.read(store, blob.id(), size, 1));
        store = open();
      }
    }
  }

  @Test
  void shouldDeleteTheFileOnlyOnceWhatReplacesItIsDurable() throws Exception {
    final Version version = putBlob(content(70_000));
    settle();
    final Value.Blob blob = (Value.Blob) store.value(KEY, version.dot()).orElseThrow();
    assertTrue(TestBlobs.read(store, blob.id(), 0, 10).isPresent());
    put(Value.of("small"));
    store.flush();
    store.runCompletions();
    assertEquals(1, files().size(), "its replacement may still be lost");
    settle();
    assertEquals(List.of(), files());
    assertTrue(
        TestBlobs.read(store, blob.id(), 60_000, 10).isPresent(), "a reader under way goes on");
  }

  @Test
  void shouldDeleteTheFileOfAForgottenKey() throws Exception {
    putBlob(content(70_000));
    settle();
    store.remove(KEY);
    settle();
    assertEquals(List.of(), files());
  }

  @Test
  void shouldCollectWhatNoVersionHasAfterACrash() throws Exception {
    putBlob(content(70_000));
    settle();
    TestBlobs.make(store, KEY, new BlobId(9, 9), content(80_000));
    store.blobs().begin(new BlobId(9, 8), KEY);
    assertEquals(3, files().size());
    store = open();
    for (int turn = 0; turn < 3; turn++) {
      store.runCompletions();
    }
    assertEquals(List.of(new BlobId(1, 1).toString()), files());
  }

  @Test
  void shouldForgetWhatIsDiscardedButNotWhatIsClaimed() throws Exception {
    putBlob(content(70_000));
    store.blobs().discard(new BlobId(1, 1));
    assertTrue(store.blobs().isWhole(new BlobId(1, 1)));
    TestBlobs.make(store, KEY, new BlobId(9, 9), content(80_000));
    store.blobs().discard(new BlobId(9, 9));
    assertFalse(store.blobs().isWhole(new BlobId(9, 9)));
    settle();
    assertEquals(1, files().size());
  }

  @Test
  void shouldRefuseAVersionWhoseBlobIsNotHere() {
    Value.Blob absent = new Value.Blob(new BlobId(5, 5), 100_000, 0);
    StoreException refusal = assertThrows(StoreException.class, () -> put(absent));
    assertTrue(refusal.getMessage().contains("is not here"), refusal.getMessage());
    assertTrue(store.versions(KEY).isEmpty());
  }

  @Test
  void shouldSayThatABlobIsMissingWhenItsFileIsGone() throws Exception {
    Version version = putBlob(content(70_000));
    settle();
    disk.delete(BlobFormat.fileName(new BlobId(1, 1)));
    StoreException missing =
        assertThrows(StoreException.class, () -> store.value(KEY, version.dot()));
    assertTrue(missing.getMessage().contains("is missing"), missing.getMessage());
  }

  @Test
  void shouldNeverServeAFlippedBitWhereverItIs() throws Exception {
    byte[] content = content(70_000);
    putBlob(content);
    settle();
    String file = BlobFormat.fileName(new BlobId(1, 1));
    byte[] original = disk.content(file);
    for (int at = 0; at < original.length; at += at < 69_900 ? 997 : 1) {
      byte[] changed = original.clone();
      changed[at] ^= (byte) (1 << (at % 8));
      disk.overwrite(file, changed);
      store = open();
      Optional<byte[]> read = TestBlobs.read(store, new BlobId(1, 1), 0, content.length);
      assertTrue(read.isEmpty(), "byte " + at);
    }
    disk.overwrite(file, original);
    store = open();
    assertTrue(TestBlobs.read(store, new BlobId(1, 1), 0, content.length).isPresent());
  }

  @Test
  void shouldTellWhenTheDiskIsFull() throws Exception {
    store.blobs().begin(new BlobId(3, 3), KEY);
    disk.failWritesAfter(0);
    AtomicReference<Boolean> written = new AtomicReference<>();
    store.blobs().append(new BlobId(3, 3), content(70_000), written::set);
    store.runCompletions();
    assertFalse(written.get());
    disk.failWritesAfter(Integer.MAX_VALUE);
    assertEquals(List.of(), files(), "what was begun is gone");
    putBlob(content(70_000));
    settle();
    assertEquals(1, files().size(), "others can be written once there is space");
  }
}
