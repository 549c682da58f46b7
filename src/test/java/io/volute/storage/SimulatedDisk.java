package io.volute.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;

/**
 * A disk in memory that can lose its power. What was not synced is then kept, lost or torn as a
 * seeded dice says: unsynced writes to a file survive in any combination of their sectors, unsynced
 * changes of directories up to any point of their order.
 */
public final class SimulatedDisk implements Disk {
  private static final int SECTOR_BYTES = 512;

  /** The process could not go on: nothing it does reaches the disk any more. */
  public static final class PowerLostException extends IOException {
    private static final long serialVersionUID = 1L;
  }

  private final Random random;
  private TreeMap<String, Node> names = new TreeMap<>();

  /** By their second names, which are real. */
  private final Map<Path, Node> links = new HashMap<>();

  /** States of {@link #names} since the last directory sync, oldest first; the first is durable. */
  private final List<TreeMap<String, Node>> history = new ArrayList<>();

  private long operations;
  private long powerLostAt = Long.MAX_VALUE;
  private boolean dark;
  private int writesUntilFailure = Integer.MAX_VALUE;
  private int forcesUntilFailure = Integer.MAX_VALUE;

  /** How many are yet to fail; 0 when all do from then on. */
  private int failingForces;

  /** What breaks next, and then no more. */
  private Optional<String> breaking = Optional.empty();

  private long usableBytes = Long.MAX_VALUE;
  private int forces;
  private int writes;

  public SimulatedDisk(long seed) {
    random = new Random(seed);
    history.add(new TreeMap<>());
  }

  /** The content of a file: what is durable, and what was written since. */
  private static final class Node {
    private byte[] durable = {};
    private byte[] current = {};
    private final List<byte[]> sinceForce = new ArrayList<>();

    /** Once a sync has failed later ones report success and make nothing durable. */
    private boolean unreliable;
  }

  /** Lets the power go at that many operations from now; a write then is torn. */
  public void losePowerAfter(long more) {
    powerLostAt = operations + more;
  }

  public void failWritesAfter(int more) {
    writesUntilFailure = more;
  }

  public void failForcesAfter(int more) {
    forcesUntilFailure = more;
    failingForces = 0;
  }

  /** Lets some syncs fail, and those behind them work again. */
  public void failForces(int after, int count) {
    forcesUntilFailure = after;
    failingForces = count;
  }

  /** Lets the next use of a file or directory fail as no disk should, if its name has this part. */
  public void breakOnce(String namePart) {
    breaking = Optional.of(namePart);
  }

  public boolean hasBroken() {
    return breaking.isEmpty();
  }

  private void use(String name) {
    if (breaking.isPresent() && name.contains(breaking.get())) {
      breaking = Optional.empty();
      throw new IllegalStateException("the simulated disk broke at " + name);
    }
  }

  /** From now on only so much more can be written, as far as the disk tells. */
  public void setUsableBytes(long bytes) {
    usableBytes = bytes;
  }

  @Override
  public OptionalLong usableBytes() {
    return OptionalLong.of(usableBytes);
  }

  public boolean isDark() {
    return dark;
  }

  public int forces() {
    return forces;
  }

  public int writes() {
    return writes;
  }

  /** Takes the power away, if it is not gone yet, and brings the disk back with what it kept. */
  public void restart() {
    dark = false;
    powerLostAt = Long.MAX_VALUE;
    names = new TreeMap<>(history.get(random.nextInt(history.size())));
    history.clear();
    history.add(new TreeMap<>(names));
    for (Node node : names.values()) {
      node.current = survivor(node);
      node.durable = node.current;
      node.sinceForce.clear();
      node.unreliable = false;
    }
  }

  private byte[] survivor(Node node) {
    byte[] image = node.durable;
    for (byte[] next : node.sinceForce) {
      int size = random.nextInt(3) == 0 ? Math.min(image.length, next.length) : next.length;
      byte[] mixed = Arrays.copyOf(image, size);
      for (int at = 0; at < size; at += SECTOR_BYTES) {
        if (random.nextBoolean()) {
          System.arraycopy(next, at, mixed, at, Math.min(SECTOR_BYTES, size - at));
        }
      }
      image = mixed;
    }
    return image;
  }

  /** The content of a file as a process would see it now. */
  public byte[] content(String name) {
    return names.get(name).current.clone();
  }

  /** What a loss of power leaves at least of a file that has a second name elsewhere. */
  byte[] durableContent(Path link) {
    return links.get(link).durable.clone();
  }

  /** Changes a file behind everybody's back, durably. */
  public void overwrite(String name, byte[] content) {
    Node node = names.get(name);
    node.current = content.clone();
    node.durable = node.current;
    node.sinceForce.clear();
  }

  public List<String> files() {
    return List.copyOf(names.keySet());
  }

  /** A disk with the same, durable content. */
  public SimulatedDisk copy(long seed) {
    SimulatedDisk copy = new SimulatedDisk(seed);
    names.forEach(
        (name, node) -> {
          Node twin = new Node();
          twin.current = node.current.clone();
          twin.durable = twin.current;
          copy.names.put(name, twin);
        });
    copy.changed();
    copy.history.remove(0);
    return copy;
  }

  private void operate() throws IOException {
    if (dark || ++operations >= powerLostAt) {
      dark = true;
      throw new PowerLostException();
    }
  }

  private void changed() {
    history.add(new TreeMap<>(names));
  }

  @Override
  public void createDirectory(String name) {
    // Directories are part of names here.
  }

  @Override
  public DiskFile create(String name) throws IOException {
    use(name);
    operate();
    if (names.containsKey(name)) {
      throw new IOException(name + " exists");
    }
    Node node = new Node();
    names.put(name, node);
    changed();
    return new SimulatedFile(name, node);
  }

  @Override
  public DiskFile open(String name) throws IOException {
    if (!names.containsKey(name)) {
      throw new IOException(name + " is missing");
    }
    return new SimulatedFile(name, names.get(name));
  }

  @Override
  public boolean exists(String name) {
    return names.containsKey(name);
  }

  @Override
  public List<String> list(String directory) {
    use(directory);
    String prefix = directory.isEmpty() ? "" : directory + "/";
    return names.keySet().stream()
        .filter(name -> name.startsWith(prefix))
        .map(name -> name.substring(prefix.length()))
        .filter(name -> name.indexOf('/') < 0)
        .toList();
  }

  @Override
  public void delete(String name) throws IOException {
    if (names.containsKey(name)) {
      use(name);
      operate();
      names.remove(name);
      changed();
    }
  }

  @Override
  public void rename(String from, String to) throws IOException {
    operate();
    Node node = names.remove(from);
    if (node == null) {
      throw new IOException(from + " is missing");
    }
    names.put(to, node);
    changed();
  }

  @Override
  public void linkOrCopy(String name, Path target) throws IOException {
    Files.write(target, content(name));
    links.put(target, names.get(name));
  }

  @Override
  public void syncDirectory(String directory) throws IOException {
    operate();
    // Syncs only the changes of this directory; a journal may well have kept others, too.
    TreeMap<String, Node> durable = new TreeMap<>(history.get(0));
    String prefix = directory.isEmpty() ? "" : directory + "/";
    durable.keySet().removeIf(name -> isIn(prefix, name) && !names.containsKey(name));
    names.forEach(
        (name, node) -> {
          if (isIn(prefix, name)) {
            durable.put(name, node);
          }
        });
    history.clear();
    history.add(durable);
    history.add(new TreeMap<>(names));
  }

  private static boolean isIn(String prefix, String name) {
    return name.startsWith(prefix) && name.indexOf('/', prefix.length()) < 0;
  }

  @Override
  public OptionalLong changedAtMillis(String name) {
    return OptionalLong.empty();
  }

  Map<String, byte[]> snapshot() {
    Map<String, byte[]> contents = new TreeMap<>();
    names.forEach((name, node) -> contents.put(name, node.current.clone()));
    return contents;
  }

  private final class SimulatedFile implements DiskFile {
    private final String name;
    private final Node node;

    SimulatedFile(String name, Node node) {
      this.name = name;
      this.node = node;
    }

    @Override
    public void write(ByteBuffer source, long at) throws IOException {
      use(name);
      byte[] bytes = new byte[source.remaining()];
      source.duplicate().get(bytes);
      if (!dark && operations + 1 >= powerLostAt && bytes.length > 0) {
        // The write under way when the power goes: a part of it may arrive.
        place(Arrays.copyOf(bytes, random.nextInt(bytes.length)), at);
      }
      operate();
      writes++;
      if (--writesUntilFailure < 0) {
        place(Arrays.copyOf(bytes, random.nextInt(bytes.length + 1)), at);
        throw new IOException("no space left on the simulated disk");
      }
      place(bytes, at);
      source.position(source.limit());
    }

    private void place(byte[] bytes, long at) {
      int end = Math.toIntExact(at + bytes.length);
      byte[] next = Arrays.copyOf(node.current, Math.max(end, node.current.length));
      System.arraycopy(bytes, 0, next, (int) at, bytes.length);
      node.current = next;
      node.sinceForce.add(next);
    }

    @Override
    public int read(ByteBuffer target, long at) {
      use(name);
      int count = (int) Math.max(0, Math.min(target.remaining(), node.current.length - at));
      if (count > 0) {
        target.put(node.current, (int) at, count);
      }
      return count;
    }

    @Override
    public void force() throws IOException {
      operate();
      forces++;
      if (--forcesUntilFailure < 0) {
        if (failingForces > 0 && --failingForces == 0) {
          forcesUntilFailure = Integer.MAX_VALUE;
        }
        node.unreliable = true;
        throw new IOException("the simulated disk could not sync");
      }
      if (!node.unreliable) {
        node.durable = node.current;
        node.sinceForce.clear();
      }
    }

    @Override
    public void truncate(long size) throws IOException {
      operate();
      if (size < node.current.length) {
        node.current = Arrays.copyOf(node.current, (int) size);
        node.sinceForce.add(node.current);
      }
    }

    @Override
    public long size() {
      return node.current.length;
    }

    @Override
    public void close() {
      // Nothing to release.
    }
  }
}
