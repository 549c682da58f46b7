package io.volute.storage;

import io.volute.identity.Actor;
import io.volute.identity.NodeId;
import io.volute.port.Clock;
import io.volute.port.Dice;
import io.volute.port.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Who a member is, and which of its lives this is: the file {@code HOME/identity}.
 *
 * <p>A member goes on with its incarnation only when its store is proven to be the one it left: see
 * {@link Proof}. Otherwise it takes a new one, because the dots that it issued and forgot must
 * never be issued again.
 *
 * @param actor the member and the incarnation it runs with
 * @param proof why that is its old incarnation, or a new one
 */
public record HomeIdentity(Actor actor, Proof proof) {
  static final String FILE = "identity";

  private static final String HEADER =
      "# Who this member is. Not to be edited, and not to be copied.";
  private static final String TEMPORARY = "identity.new";
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  /** Begins the last line: CRC32C of all that comes before it. */
  private static final String SUM = "sum=";

  private static final String UNKNOWN = "unknown";

  /** What the store's past looks like to its member. */
  public enum Proof {
    /** No identity was kept: a new member, or a wiped home. */
    NO_IDENTITY(false),
    /** There is an identity without a store: the store was wiped. */
    NO_STORE(false),
    /** The files are not the ones that were left: the home was copied, or restored. */
    COPIED(false),
    /** The machine was restarted without an orderly stop: writes may be lost with the power. */
    RESTARTED_UNCLEAN(false),
    /** The log is damaged by more than a crash of the process can do. */
    DAMAGED(false),
    /** The end of the log was cut off, and may have been a whole record that has rotted. */
    TAIL_CUT(false),
    /** It was stopped in order and is unchanged. */
    CLEAN_STOP(true),
    /**
     * The process ended by force while the machine ran on, which loses nothing that was written.
     */
    SAME_BOOT(true);

    private final boolean proven;

    Proof(boolean proven) {
      this.proven = proven;
    }

    /** Whether the store is the one that the member left. */
    public boolean isProven() {
      return proven;
    }
  }

  /**
   * What the file says, or should say.
   *
   * @param uid the member
   * @param incarnation of its last life
   * @param bootId of the operating system during that life
   * @param fileKey which file on the disk this very file was
   * @param storeKey which file on the disk the store's lock was
   */
  record Kept(NodeId uid, long incarnation, String bootId, String fileKey, String storeKey) {}

  /**
   * What is found now.
   *
   * @param bootId of the running operating system
   * @param fileKey which file the identity file is
   * @param storeKey which file the store's lock is
   */
  record Found(String bootId, String fileKey, String storeKey) {}

  /** The policy: pure, so that each case can be shown. Unknown never proves anything. */
  static Proof judge(Optional<Kept> kept, Found found, StoreEvidence store) {
    if (kept.isEmpty()) {
      return Proof.NO_IDENTITY;
    }
    if (!store.existed()) {
      return Proof.NO_STORE;
    }
    if (!same(kept.get().fileKey(), found.fileKey())
        || !same(kept.get().storeKey(), found.storeKey())) {
      return Proof.COPIED;
    }
    if (store.tailCut() && !store.damaged()) {
      return Proof.TAIL_CUT;
    }
    if (store.cleanStop()) {
      return Proof.CLEAN_STOP;
    }
    if (!same(kept.get().bootId(), found.bootId())) {
      return Proof.RESTARTED_UNCLEAN;
    }
    return store.damaged() ? Proof.DAMAGED : Proof.SAME_BOOT;
  }

  private static boolean same(String kept, String found) {
    return kept.equals(found) && !kept.equals(UNKNOWN);
  }

  /** An incarnation later than that one, and unlike what another copy of this home would take. */
  static long nextIncarnation(long old, Clock clock, Dice dice) {
    return Actor.nextIncarnation(old, clock.wallMillis(), dice.nextLong());
  }

  /** The member without a home ({@code --store ram}): each start is another life. */
  public static HomeIdentity withoutHome(NodeId uid, Clock clock, Dice dice) {
    return new HomeIdentity(new Actor(uid, nextIncarnation(0, clock, dice)), Proof.NO_IDENTITY);
  }

  /** The member that a home was made for; empty when it is new. */
  public static Optional<NodeId> uidOf(Path home) throws StoreException {
    return read(home).map(Kept::uid);
  }

  /**
   * Decides which life this is, and writes it down before anything is issued in its name. The store
   * must be open.
   *
   * @param home {@code HOME}
   * @param storeDirectory the directory that {@link DurableStore} opened
   * @param newUid who to be when the home is new; a home that is not keeps its own
   * @param store what opening the store showed
   */
  public static HomeIdentity take(
      Path home, Path storeDirectory, NodeId newUid, StoreEvidence store, Clock clock, Dice dice)
      throws StoreException {
    Optional<Kept> kept = read(home);
    String storeKey = fileKey(storeDirectory.resolve(StoreLock.FILE));
    Found found = new Found(bootId(), fileKey(home.resolve(FILE)), storeKey);
    Proof proof = judge(kept, found, store);
    NodeId uid = kept.map(Kept::uid).orElse(newUid);
    long old = kept.map(Kept::incarnation).orElse(0L);
    long incarnation = proof.isProven() ? old : nextIncarnation(old, clock, dice);
    Actor actor = new Actor(uid, incarnation);
    write(home, actor, found);
    return new HomeIdentity(actor, proof);
  }

  private static Optional<Kept> read(Path home) throws StoreException {
    Path file = home.resolve(FILE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
      int sumAt = text.lastIndexOf(SUM);
      // Files of earlier versions have none.
      if (sumAt >= 0 && !text.substring(sumAt).equals(sumLine(text.substring(0, sumAt)))) {
        throw new IOException("its checksum is wrong: it is damaged, or was edited");
      }
      Map<String, String> fields = new HashMap<>();
      for (String line : text.lines().toList()) {
        int equals = line.indexOf('=');
        if (!line.startsWith("#") && equals > 0) {
          fields.put(line.substring(0, equals), line.substring(equals + 1));
        }
      }
      return Optional.of(
          new Kept(
              new NodeId(fields.getOrDefault("uid", "")),
              Long.parseLong(fields.getOrDefault("incarnation", "")),
              fields.getOrDefault("boot", UNKNOWN),
              fields.getOrDefault("file", UNKNOWN),
              fields.getOrDefault("store", UNKNOWN)));
    } catch (IOException | IllegalArgumentException e) {
      throw new StoreException(file + " can't be read: " + e.getMessage(), e);
    }
  }

  private static void write(Path home, Actor actor, Found found) throws StoreException {
    Path temporary = home.resolve(TEMPORARY);
    try {
      Files.deleteIfExists(temporary);
      Files.createFile(temporary);
      // A rename keeps the file's key, a copy does not.
      String content =
          String.join(
              "\n",
              HEADER,
              "uid=" + actor.node(),
              "incarnation=" + actor.incarnation(),
              "boot=" + found.bootId(),
              "file=" + fileKey(temporary),
              "store=" + found.storeKey(),
              "");
      content += sumLine(content);
      try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        channel.write(ByteBuffer.wrap(content.getBytes(StandardCharsets.ISO_8859_1)));
        channel.force(true);
      }
      Files.move(temporary, home.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
      RealDisk.syncDirectory(home);
    } catch (IOException e) {
      throw new StoreException("can't write " + home.resolve(FILE) + ": " + e.getMessage(), e);
    }
  }

  private static String sumLine(String content) {
    CRC32C crc = new CRC32C();
    crc.update(content.getBytes(StandardCharsets.ISO_8859_1));
    return String.format("%s%08x\n", SUM, crc.getValue());
  }

  private static String fileKey(Path file) throws StoreException {
    try {
      Object key =
          Files.exists(file)
              ? Files.readAttributes(file, BasicFileAttributes.class).fileKey()
              : null;
      return key == null ? UNKNOWN : key.toString();
    } catch (IOException e) {
      throw new StoreException("can't look at " + file + ": " + e.getMessage(), e);
    }
  }

  private static String bootId() {
    try {
      return Files.readString(BOOT_ID, StandardCharsets.US_ASCII).trim();
    } catch (IOException e) {
      // Not Linux: then only an orderly stop proves anything.
      return UNKNOWN;
    }
  }
}
