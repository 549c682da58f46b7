package io.volute.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.port.StoreException;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.Version;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A disk that gives back other bits than it was given. */
class FlippedBitTest {
  private static final StoreSettings SETTINGS =
      new StoreSettings(FsyncPolicy.ALWAYS, 700, 64 << 10, 64);

  @TempDir Path directory;

  private static DurableStore open(SimulatedDisk disk) throws StoreException {
    return DurableStore.openStepped(
        disk, SETTINGS, new RecordingListener(), new SystemClock(), new SeededDice(1));
  }

  private static List<Version> fill(StoreEngine store) throws Exception {
    List<Version> versions = new ArrayList<>();
    for (int i = 1; i <= 8; i++) {
      versions.add(TestVersions.overwrite(store, "key " + i, i, 40 * i));
    }
    store.putNote("note", new byte[] {1, 2, 3});
    store.flush();
    return versions;
  }

  /** How many of the keys are still there, unchanged; anything else than that or absence fails. */
  private static int intact(StoreEngine store, List<Version> versions) {
    int intact = 0;
    for (Version version : versions) {
      Name key = Name.of("key " + version.dot().counter());
      for (Version found : store.versions(key)) {
        assertEquals(version, found);
        try {
          Optional<Value> value = store.value(key, found.dot());
          assertEquals(Optional.of(TestVersions.valueOf(version)), value);
          intact++;
        } catch (StoreException e) {
          assertTrue(e.getMessage().contains("can't be read back"), e.getMessage());
        }
      }
    }
    return intact;
  }

  @Test
  void shouldNeverServeAWrongValueWhicheverByteFlips() throws Exception {
    SimulatedDisk original = new SimulatedDisk(1);
    DurableStore store = open(original);
    final List<Version> versions = fill(store);
    store.syncNow();
    for (boolean inOrder : new boolean[] {false, true}) {
      if (inOrder) {
        store.close();
      }
      for (Map.Entry<String, byte[]> file : original.snapshot().entrySet()) {
        for (int at = 0; at < file.getValue().length; at++) {
          SimulatedDisk disk = original.copy(at);
          byte[] content = file.getValue().clone();
          content[at] ^= (byte) (1 << (at % 8));
          disk.overwrite(file.getKey(), content);
          DurableStore again = open(disk);
          String place = file.getKey() + " at " + at;
          assertTrue(intact(again, versions) >= versions.size() - 1, place);
        }
      }
    }
  }

  @Test
  void shouldNeverServeAWrongValueWhenTheRealIndexIsKept() throws Exception {
    DurableStore store = open();
    final List<Version> versions = fill(store);
    store.close();
    final Map<Path, byte[]> left = contents();
    for (Path file : left.keySet()) {
      byte[] content = left.get(file);
      int step = Math.max(1, content.length / 6);
      for (int at = step / 2; at < content.length; at += step) {
        restore(left);
        byte[] changed = content.clone();
        changed[at] ^= 16;
        Files.write(file, changed);
        DurableStore again = open();
        assertTrue(intact(again, versions) >= versions.size() - 1, file + " at " + at);
        again.close();
      }
    }
  }

  /** The map's slot of a key then is that of another one, and the key is not found there. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldServeAKeyWhoseSlotIsLostInTheOpenIndex(boolean reopened) throws Exception {
    DurableStore store = open();
    final List<Version> versions = fill(store);
    if (reopened) {
      store.close();
      store = open();
    }
    for (int i = 1; i <= versions.size(); i++) {
      flipInMaps(TestVersions.utf8("key " + i));
    }
    assertEquals(versions.size(), intact(store, versions));
    assertEquals(versions.size(), intact(store, versions), "they are put back");
    assertTrue(store.versions(Name.of("key 9")).isEmpty());
    store.close();
  }

  /**
   * In files that are mapped into the store's memory, the first bit of a key. Only these are looked
   * at: the store runs, and others come and go.
   */
  private void flipInMaps(byte[] key) throws IOException {
    int flips = 0;
    try (Stream<Path> walk = Files.walk(directory.resolve(StoreFiles.INDEX_DIRECTORY))) {
      for (Path file : walk.filter(file -> file.toString().endsWith(".cm3")).toList()) {
        byte[] content = Files.readAllBytes(file);
        for (int at = 0; at <= content.length - key.length; at++) {
          if (Arrays.equals(content, at, at + key.length, key, 0, key.length)) {
            byte[] flipped = {(byte) (content[at] ^ 1)};
            try (FileChannel map = FileChannel.open(file, StandardOpenOption.WRITE)) {
              map.write(ByteBuffer.wrap(flipped), at);
            }
            flips++;
          }
        }
      }
    }
    assertTrue(flips > 0, "the index has it nowhere");
  }

  private Map<Path, byte[]> contents() throws IOException {
    Map<Path, byte[]> contents = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(directory)) {
      for (Path file : walk.filter(Files::isRegularFile).toList()) {
        contents.put(file, Files.readAllBytes(file));
      }
    }
    return contents;
  }

  private void restore(Map<Path, byte[]> left) throws IOException {
    for (Path file : contents().keySet()) {
      Files.delete(file);
    }
    for (var entry : left.entrySet()) {
      Files.write(entry.getKey(), entry.getValue());
    }
  }

  private DurableStore open() throws Exception {
    return DurableStore.open(
        directory, SETTINGS, new RecordingListener(), new SystemClock(), new SeededDice(1));
  }
}
