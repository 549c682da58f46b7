package io.volute.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.identity.Actor;
import io.volute.identity.NodeId;
import io.volute.port.Clock;
import io.volute.port.StoreException;
import io.volute.storage.HomeIdentity.Found;
import io.volute.storage.HomeIdentity.Kept;
import io.volute.storage.HomeIdentity.Proof;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HomeIdentityTest {
  private static final NodeId UID = new NodeId("n1");
  private static final Optional<Kept> KEPT = Optional.of(new Kept(UID, 7, "boot", "f", "s"));
  private static final Found SAME = new Found("boot", "f", "s");
  private static final StoreEvidence CLEAN = new StoreEvidence(true, true, false, false);
  private static final StoreEvidence KILLED = new StoreEvidence(true, false, false, false);
  private static final StoreEvidence CUT = new StoreEvidence(true, false, false, true);
  private static final StoreEvidence DAMAGED = new StoreEvidence(true, false, true, false);
  private static final StoreEvidence NEW = new StoreEvidence(false, false, false, false);

  @TempDir Path directory;

  @Test
  void shouldGoOnAfterAnOrderlyStopEvenWhenTheMachineRestarted() {
    assertEquals(Proof.CLEAN_STOP, HomeIdentity.judge(KEPT, SAME, CLEAN));
    assertEquals(Proof.CLEAN_STOP, HomeIdentity.judge(KEPT, new Found("other", "f", "s"), CLEAN));
  }

  @Test
  void shouldGoOnWhenTheProcessWasKilled() {
    assertEquals(Proof.SAME_BOOT, HomeIdentity.judge(KEPT, SAME, KILLED));
  }

  @Test
  void shouldBeginAnewWhenNothingIsProven() {
    assertEquals(Proof.NO_IDENTITY, HomeIdentity.judge(Optional.empty(), SAME, CLEAN));
    assertEquals(Proof.NO_STORE, HomeIdentity.judge(KEPT, SAME, NEW));
    assertEquals(Proof.COPIED, HomeIdentity.judge(KEPT, new Found("boot", "x", "s"), CLEAN));
    assertEquals(Proof.COPIED, HomeIdentity.judge(KEPT, new Found("boot", "f", "x"), CLEAN));
    assertEquals(
        Proof.RESTARTED_UNCLEAN, HomeIdentity.judge(KEPT, new Found("other", "f", "s"), KILLED));
    assertEquals(Proof.DAMAGED, HomeIdentity.judge(KEPT, SAME, DAMAGED));
    assertEquals(Proof.TAIL_CUT, HomeIdentity.judge(KEPT, SAME, CUT));
    Optional<Kept> blind = Optional.of(new Kept(UID, 7, "unknown", "unknown", "unknown"));
    Found unknown = new Found("unknown", "unknown", "unknown");
    assertEquals(Proof.COPIED, HomeIdentity.judge(blind, unknown, CLEAN));
    for (Proof proof : Proof.values()) {
      boolean goesOn = proof == Proof.CLEAN_STOP || proof == Proof.SAME_BOOT;
      assertEquals(goesOn, proof.isProven(), proof.name());
    }
  }

  @Test
  void shouldTakeALaterIncarnationWhateverTheClockSays() {
    assertTrue(HomeIdentity.nextIncarnation(4_999, at(-5), new SeededDice(1)) > 4_999);
    long now = HomeIdentity.nextIncarnation(0, at(1_800_000_000_000L), new SeededDice(1));
    assertTrue(now > 1_800_000_000_000L, "by time: " + now);
    long behind = HomeIdentity.nextIncarnation(now, at(0), new SeededDice(1));
    assertTrue(behind > now, "later: " + behind);
    long alike = HomeIdentity.nextIncarnation(now, at(0), new SeededDice(2));
    assertFalse(behind == alike, "two lives after the same one must differ");
    long last = HomeIdentity.nextIncarnation(0, at(Long.MAX_VALUE >> 11), new SeededDice(1));
    assertTrue(last > Actor.MAX_INCARNATION - 2048, "the last millisecond: " + last);
    long other = HomeIdentity.nextIncarnation(0, at(1_800_000_000_000L), new SeededDice(2));
    assertFalse(now == other, "two copies started at once must differ");
  }

  private static Clock at(long wallMillis) {
    return new Clock() {
      @Override
      public long monotonicMillis() {
        return 0;
      }

      @Override
      public long wallMillis() {
        return wallMillis;
      }
    };
  }

  private static DurableStore open(Path home) throws Exception {
    return DurableStore.open(
        home.resolve("store"),
        StoreSettings.withFsync(FsyncPolicy.NEVER),
        new RecordingListener(),
        new SystemClock(),
        new SeededDice(home.hashCode()));
  }

  /** A life of a member: opens its home, writes, and stops in order or is left as it is. */
  private static HomeIdentity live(Path home, boolean stopInOrder) throws Exception {
    Path storeDirectory = home.resolve("store");
    DurableStore store = open(home);
    HomeIdentity identity =
        HomeIdentity.take(
            home,
            storeDirectory,
            UID,
            store.evidence(),
            new SystemClock(),
            new SeededDice(System.nanoTime()));
    store.runCompletions();
    store.putNote("lease", new byte[8]);
    store.flush();
    store.close();
    if (!stopInOrder) {
      Files.delete(storeDirectory.resolve("CLEAN"));
    }
    return identity;
  }

  @Test
  void shouldKeepItsIncarnationThroughStopsAndKills() throws Exception {
    Path home = Files.createDirectory(directory.resolve("home"));
    HomeIdentity first = live(home, true);
    assertEquals(Proof.NO_IDENTITY, first.proof());
    assertEquals(new HomeIdentity(first.actor(), Proof.CLEAN_STOP), live(home, false));
    assertEquals(new HomeIdentity(first.actor(), Proof.SAME_BOOT), live(home, true));
    assertEquals(Optional.of(UID), HomeIdentity.uidOf(home));
  }

  /** One that begins for this reason, and goes on at the start after it. */
  private static void expectAnotherLife(Path home, HomeIdentity first, Proof why) throws Exception {
    HomeIdentity second = live(home, true);
    assertEquals(why, second.proof());
    assertTrue(second.actor().incarnation() > first.actor().incarnation());
    assertEquals(new HomeIdentity(second.actor(), Proof.CLEAN_STOP), live(home, true));
  }

  /** Its start can't tell a write that a kill ended from one that was synced, and has rotted. */
  @Test
  void shouldTakeANewIncarnationWhenTheLastRecordCanNotBeRead() throws Exception {
    for (boolean inOrder : new boolean[] {false, true}) {
      Path home = Files.createDirectory(directory.resolve("home " + inOrder));
      HomeIdentity first = live(home, inOrder);
      flipLastBit(home.resolve("store/log/00000001.log"));
      forgetCheckpoint(home);
      expectAnotherLife(home, first, inOrder ? Proof.DAMAGED : Proof.TAIL_CUT);
    }
  }

  /** Nobody can have heard of a record whose write was never done. */
  @Test
  void shouldKeepItsIncarnationWhenAKillLeftARecordOrAFileThatWasBegun() throws Exception {
    Path home = Files.createDirectory(directory.resolve("home"));
    final HomeIdentity first = live(home, false);
    Path log = home.resolve("store/log/00000001.log");
    byte[] content = Files.readAllBytes(log);
    for (int cut = 1; cut < 8; cut++) {
      Files.write(log, Arrays.copyOf(content, content.length - cut));
      forgetCheckpoint(home);
      assertEquals(new HomeIdentity(first.actor(), Proof.SAME_BOOT), live(home, false), "" + cut);
    }
    Files.createFile(home.resolve("store/log/00000002.log"));
    assertEquals(new HomeIdentity(first.actor(), Proof.SAME_BOOT), live(home, false));
  }

  /** With it what lies before it in the log is not read. */
  private static void forgetCheckpoint(Path home) throws IOException {
    Files.delete(home.resolve("store/CHECKPOINT"));
  }

  private static void flipLastBit(Path file) throws IOException {
    byte[] content = Files.readAllBytes(file);
    content[content.length - 1] ^= 1;
    Files.write(file, content);
  }

  /** The end is cut off by then, so the next start reads a log that is whole. */
  @Test
  void shouldTakeANewIncarnationWhenTheStartThatCutTheLogWentNoFurther() throws Exception {
    Path home = Files.createDirectory(directory.resolve("home"));
    HomeIdentity first = live(home, false);
    flipLastBit(home.resolve("store/log/00000001.log"));
    forgetCheckpoint(home);
    open(home).close();
    expectAnotherLife(home, first, Proof.TAIL_CUT);
  }

  @Test
  void shouldTakeANewIncarnationWhenTheHomeIsACopyOrRestored() throws Exception {
    Path home = Files.createDirectory(directory.resolve("home"));
    final HomeIdentity first = live(home, true);
    Path copy = directory.resolve("copy");
    copyAll(home, copy);
    HomeIdentity inCopy = live(copy, true);
    assertEquals(Proof.COPIED, inCopy.proof());
    assertTrue(inCopy.actor().incarnation() > first.actor().incarnation());
    // An old copy over the same files: they keep their keys, the marker betrays its age.
    final HomeIdentity second = live(home, false);
    assertEquals(first.actor(), second.actor());
    copyAll(copy, directory.resolve("backup"));
    Path marker = directory.resolve("backup/store/CLEAN");
    Files.setLastModifiedTime(marker, FileTime.fromMillis(1));
    deleteAll(home.resolve("store"));
    copyAll(directory.resolve("backup/store"), home.resolve("store"));
    assertEquals(Proof.COPIED, live(home, true).proof());
  }

  @Test
  void shouldTakeANewIncarnationWhenTheStoreIsWiped() throws Exception {
    Path home = Files.createDirectory(directory.resolve("home"));
    HomeIdentity first = live(home, true);
    deleteAll(home.resolve("store"));
    HomeIdentity second = live(home, true);
    assertEquals(Proof.NO_STORE, second.proof());
    assertTrue(second.actor().incarnation() > first.actor().incarnation());
  }

  @Test
  void shouldNeverTakeAnotherNameOrLifeForOneFlippedBit() throws Exception {
    Path home = Files.createDirectory(directory.resolve("home"));
    final HomeIdentity left = live(home, true);
    Path file = home.resolve("identity");
    byte[] content = Files.readAllBytes(file);
    int refused = 0;
    for (int bit = 0; bit < 8 * content.length; bit++) {
      byte[] flipped = content.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      Files.write(file, flipped);
      try {
        assertEquals(Optional.of(left.actor().node()), HomeIdentity.uidOf(home), "bit " + bit);
      } catch (StoreException e) {
        refused++;
      }
    }
    assertTrue(refused > 7 * content.length, "refused: " + refused);
  }

  @Test
  void shouldReadAnIdentityFromBeforeItHadAChecksum() throws Exception {
    Path home = Files.createDirectory(directory.resolve("home"));
    Files.writeString(home.resolve("identity"), "uid=n1\nincarnation=7\n");
    assertEquals("n1", HomeIdentity.uidOf(home).orElseThrow().text());
  }

  @Test
  void shouldRefuseAnIdentityThatItCannotRead() throws Exception {
    Path home = Files.createDirectory(directory.resolve("home"));
    Files.writeString(home.resolve("identity"), "uid=not allowed!\n");
    assertThrows(StoreException.class, () -> HomeIdentity.uidOf(home));
  }

  private static void copyAll(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  private static void deleteAll(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @Test
  void shouldNotTrustAMarkerThatWasWrittenLongBeforeItCameHere() throws Exception {
    Path home = Files.createDirectory(directory.resolve("home"));
    live(home, true);
    SystemClock real = new SystemClock();
    Clock late = at(real.wallMillis() - 60_000);
    StoreSettings settings = StoreSettings.withFsync(FsyncPolicy.NEVER);
    for (boolean expected : List.of(true, false)) {
      DurableStore store =
          DurableStore.open(
              home.resolve("store"), settings, new RecordingListener(), late, new SeededDice(3));
      assertEquals(expected, store.evidence().cleanStop());
      store.close();
    }
  }
}
