package io.volute.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.record.Name;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NameOrderTest {
  private static final int MAX_RECENT = 50;

  @TempDir Path directory;

  private static Name name(int i) {
    // Shared prefixes of many lengths, some names long.
    String text = "user/" + (i % 7) + "/" + i;
    return Name.of(i % 50 == 0 ? text + "x".repeat(1000) : text);
  }

  private static List<Name> expected(
      Set<Name> model, byte[] prefix, Optional<Name> after, int limit) {
    return model.stream()
        .filter(name -> name.startsWith(prefix))
        .filter(name -> after.isEmpty() || name.compareTo(after.get()) > 0)
        .limit(limit)
        .toList();
  }

  private static void expectPages(NameOrder order, Set<Name> model, SplittableRandom random)
      throws IOException {
    byte[] everything = {};
    for (int limit : new int[] {1, 7, 10_000}) {
      Optional<Name> after =
          random.nextBoolean() ? Optional.empty() : Optional.of(name(random.nextInt(3_000)));
      byte[] prefix =
          random.nextBoolean() ? everything : TestVersions.utf8("user/" + random.nextInt(8));
      assertEquals(
          expected(model, prefix, after, limit), order.list(prefix, after, limit), "" + after);
    }
  }

  private void agreeWithASet(Disk disk, Background background, int steps) throws Exception {
    SplittableRandom random = new SplittableRandom(5);
    TreeSet<Name> model = new TreeSet<>();
    NameOrder order = NameOrder.create(disk, NameRun.DIRECTORY, background.executor(), MAX_RECENT);
    for (int round = 0; round < 3; round++) {
      for (int step = 0; step < steps; step++) {
        Name name = name(random.nextInt(3_000));
        if (random.nextInt(3) == 0) {
          order.remove(name);
          model.remove(name);
        } else {
          order.add(name);
          model.add(name);
        }
        if (step % 37 == 0) {
          expectPages(order, model, random);
        }
      }
      assertTrue(order.runCount() <= NameOrder.MAX_RUNS + 8, order.runCount() + " runs");
      List<KeyIndex.FileStamp> stamps = order.close();
      order =
          NameOrder.reopen(disk, NameRun.DIRECTORY, background.executor(), MAX_RECENT, stamps)
              .orElseThrow();
      expectPages(order, model, random);
    }
    order.close();
    background.close();
  }

  @Test
  void shouldAgreeWithASetWhenRunsAreMadeAtOnce() throws Exception {
    agreeWithASet(new SimulatedDisk(1), Background.inline(), 5_000);
  }

  @Test
  void shouldAgreeWithASetWhenRunsAreMadeMeanwhile() throws Exception {
    agreeWithASet(new RealDisk(directory), Background.start("volute-tidy", true, 8), 3_000);
  }

  @Test
  void shouldNoticeEachFlippedBitOfARun() throws Exception {
    SimulatedDisk disk = new SimulatedDisk(1);
    Background background = Background.inline();
    NameOrder order = NameOrder.create(disk, NameRun.DIRECTORY, background.executor(), MAX_RECENT);
    for (int i = 1; i < 20; i++) {
      order.add(name(i));
    }
    List<KeyIndex.FileStamp> stamps = order.close();
    String file = stamps.get(0).name();
    byte[] content = disk.content(file);
    for (int at = 0; at < content.length; at++) {
      byte[] changed = content.clone();
      changed[at] ^= (byte) (1 << (at % 8));
      disk.overwrite(file, changed);
      Optional<NameOrder> again =
          NameOrder.reopen(disk, NameRun.DIRECTORY, background.executor(), MAX_RECENT, stamps);
      if (again.isPresent()) {
        NameOrder opened = again.get();
        assertThrows(IOException.class, () -> opened.list(new byte[0], Optional.empty(), 100));
      }
    }
  }
}
