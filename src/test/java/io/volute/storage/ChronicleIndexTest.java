package io.volute.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChronicleIndexTest {
  @TempDir Path directory;

  private KeyIndex.Source source(int firstCapacity) {
    return ChronicleIndex.in(directory, firstCapacity, Runnable::run);
  }

  /** In the place of a map of twice the first one's capacity. */
  private Path obstacle(int number) {
    return directory.resolve("%04d-128.cm3".formatted(number));
  }

  private static byte[] key(int i) {
    return TestVersions.utf8("key number " + i);
  }

  private static byte[] entry(int seed, int size) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static Optional<byte[]> get(KeyIndex index, byte[] key) {
    return index
        .get(key)
        .map(
            view -> {
              byte[] bytes = new byte[view.remaining()];
              view.get(bytes);
              return bytes;
            });
  }

  private static void expect(Map<Integer, byte[]> model, KeyIndex index, int keys) {
    assertEquals(model.size(), index.count());
    for (int i = 0; i < keys; i++) {
      assertArrayEquals(model.get(i), get(index, key(i)).orElse(null), "key " + i);
    }
  }

  /**
   * The gate lets changes in while the next map is being made, which may fail only when the newest
   * has no room left: the log has those changes by then.
   */
  @Test
  void shouldKeepWhatItHasNoRoomForAndAskForNoMoreUntilAMapCanBeMade() throws Exception {
    TreeMap<Integer, byte[]> model = new TreeMap<>();
    KeyIndex index = source(64).create(0);
    for (int number = 2; number < 100; number++) {
      Files.createDirectories(obstacle(number).resolve("in the way"));
    }
    // Large ones, so that there is no room long before there are as many as the map is made for.
    int keys = 60;
    for (int i = 0; i < keys; i++) {
      byte[] bytes = entry(i, 1000);
      index.put(key(i), ByteBuffer.wrap(bytes));
      model.put(i, bytes);
    }
    expect(model, index, keys);
    assertTrue(index.obstacle().orElse("").contains("index map"), "" + index.obstacle());
    for (int number = 2; number < 100; number++) {
      Files.delete(obstacle(number).resolve("in the way"));
    }
    index.tryAgain();
    assertEquals(Optional.empty(), index.obstacle());
    for (int i = keys / 2; i < 2 * keys; i++) {
      byte[] bytes = entry(-i, 1000);
      index.put(key(i), ByteBuffer.wrap(bytes));
      model.put(i, bytes);
    }
    expect(model, index, 2 * keys);
    KeyIndex.Snapshot left = index.close().orElseThrow();
    KeyIndex again = source(64).reopen(left).orElseThrow();
    expect(model, again, 2 * keys);
    again.close();
  }

  @Test
  void shouldAgreeWithAMapWhileItGrowsAndAfterItIsReopened() throws Exception {
    SplittableRandom random = new SplittableRandom(11);
    TreeMap<Integer, byte[]> model = new TreeMap<>();
    KeyIndex index = source(64).create(0);
    int keys = 3_000;
    for (int round = 0; round < 3; round++) {
      for (int step = 0; step < 6_000; step++) {
        int i = random.nextInt(keys);
        int dice = random.nextInt(400);
        if (dice < 80) {
          index.remove(key(i));
          model.remove(i);
        } else {
          int size = dice == 80 ? 70_000 : dice == 81 ? 20_000 : random.nextInt(10, 300);
          byte[] bytes = entry(step, size);
          index.put(key(i), ByteBuffer.wrap(bytes));
          model.put(i, bytes);
        }
        if (dice % 2 == 0) {
          int j = random.nextInt(keys);
          assertArrayEquals(model.get(j), get(index, key(j)).orElse(null));
        }
      }
      expect(model, index, keys);
      KeyIndex.Snapshot snapshot = index.close().orElseThrow();
      assertTrue(snapshot.files().size() > 3, "it grew into " + snapshot.files());
      index = source(64).reopen(snapshot).orElseThrow();
      expect(model, index, keys);
    }
    index.close();
  }

  @Test
  void shouldRefuseToReopenWhatHasChanged() throws Exception {
    KeyIndex index = source(100).create(0);
    index.put(key(1), ByteBuffer.wrap(entry(1, 50)));
    KeyIndex.Snapshot snapshot = index.close().orElseThrow();
    Path file = directory.resolve(snapshot.files().get(0).name());
    byte[] content = Files.readAllBytes(file);
    for (int at = 0; at < content.length; at += content.length / 20) {
      byte[] changed = content.clone();
      changed[at] ^= 4;
      Files.write(file, changed);
      assertTrue(source(100).reopen(snapshot).isEmpty(), "changed at " + at);
    }
    Files.write(file, content);
    KeyIndex again = source(100).reopen(snapshot).orElseThrow();
    assertEquals(1, again.count());
    again.close();
    Files.delete(file);
    assertTrue(source(100).reopen(snapshot).isEmpty());
  }

  /** A disk that was full when the next map was to be made need not fail the store later. */
  @Test
  void shouldTryAgainWhenTheNextMapCantBeMade() throws Exception {
    KeyIndex index = source(64).create(0);
    Path inTheWay = Files.createDirectories(directory.resolve("0002-128.cm3").resolve("full"));
    for (int i = 0; i < 200; i++) {
      index.put(key(i), ByteBuffer.wrap(entry(i, 50)));
    }
    assertTrue(Files.exists(inTheWay));
    assertArrayEquals(entry(199, 50), get(index, key(199)).orElseThrow());
    assertEquals(200, index.count());
    index.close();
  }

  @Test
  void shouldTakeEntriesThatExhaustAMapEarly() throws Exception {
    KeyIndex index = source(64).create(0);
    for (int i = 0; i < 500; i++) {
      index.put(key(i), ByteBuffer.wrap(entry(i, 3_000)));
      index.put(key(i), ByteBuffer.wrap(entry(i, 4_000)));
    }
    assertEquals(500, index.count());
    for (int i = 0; i < 500; i++) {
      assertArrayEquals(entry(i, 4_000), get(index, key(i)).orElseThrow());
    }
    index.close();
  }
}
