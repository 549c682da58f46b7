package io.volute.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.record.Name;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableStoreTest extends StoreContract {
  @TempDir Path directory;

  @Override
  StoreEngine open() throws Exception {
    return open(FsyncPolicy.ALWAYS);
  }

  @Override
  StoreEngine reopen(boolean inOrder) throws Exception {
    store.close();
    if (!inOrder) {
      Files.delete(directory.resolve("CLEAN"));
    }
    StoreSettings settings = settings(FsyncPolicy.NEVER);
    return DurableStore.open(
        directory, settings, new RecordingListener(), new SystemClock(), new SeededDice(9));
  }

  private StoreSettings settings(FsyncPolicy fsync) {
    return new StoreSettings(fsync, 256 << 10, 64 << 10, 1 << 10).withDigestKeys(digestKeys);
  }

  private DurableStore open(FsyncPolicy fsync) throws Exception {
    return DurableStore.open(
        directory, settings(fsync), listener, new SystemClock(), new SeededDice(7));
  }

  @Test
  void shouldHoldTheSameAfterAnOrderlyStop() throws Exception {
    List<Version> siblings =
        List.of(
            TestVersions.addSibling(store, "key", 1, 10),
            TestVersions.addSibling(store, "key", 2, 400_000),
            TestVersions.addSibling(store, "key", 3, 0));
    TestVersions.overwrite(store, "gone", 4, 10);
    store.remove(Name.of("gone"));
    TestVersions.overwrite(store, "kept", 5, 7);
    store.putNote("note", new byte[] {1, 2});
    store.putNote("gone", new byte[] {1, 2});
    store.removeNote("gone");
    store.close();
    DurableStore again = open(FsyncPolicy.ALWAYS);
    store = again;
    assertEquals(VersionSet.of(siblings), store.versions(Name.of("key")));
    for (Version version : siblings) {
      assertEquals(
          Optional.of(TestVersions.valueOf(version)), store.value(Name.of("key"), version.dot()));
    }
    assertEquals(2, store.keyCount());
    assertEquals(400_017, store.valueBytes());
    assertEquals(2, store.list(new byte[0], Optional.empty(), 9).size());
    assertArrayEquals(new byte[] {1, 2}, store.note("note").orElseThrow());
    assertTrue(store.note("gone").isEmpty());
    assertEquals(new StoreEvidence(true, true, false, false), again.evidence());
    assertEquals(List.of(), again.reports());
  }

  @Test
  void shouldRefuseASecondUserWhileOpen() throws Exception {
    StoreLockedException refusal = assertThrows(StoreLockedException.class, this::open);
    assertTrue(refusal.getMessage().contains("in use"), refusal.getMessage());
    assertFalse(refusal.getMessage().contains("\n"));
  }

  @Test
  void shouldReportWhenWrittenUnlessToldToWaitForTheDisk() throws Exception {
    for (FsyncPolicy policy : List.of(FsyncPolicy.NEVER, FsyncPolicy.within(5))) {
      store.close();
      RecordingListener heard = new RecordingListener();
      StoreSettings settings = StoreSettings.withFsync(policy);
      store = DurableStore.open(directory, settings, heard, new SystemClock(), new SeededDice(1));
      store.putNote("note", new byte[0]);
      store.flush();
      assertEquals(1, heard.stored());
    }
  }
}
