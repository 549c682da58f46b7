package io.volute.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/**
 * The index off the Java heap: a chain of Chronicle Maps, each for twice as many keys as the one
 * before. New and changed entries go into the newest; a key is looked up from the newest to the
 * oldest. The next map is made in the background while the newest fills.
 *
 * <p>It can't be trusted after a crash (reopening such a map hangs on locks that the dead process
 * held, and its own recovery loses entries), so only a map that was closed in order is opened
 * again.
 */
final class ChronicleIndex implements KeyIndex {
  /** Larger entries are few and stay on the heap: a map must find room for one in one piece. */
  private static final int MAX_ENTRY_BYTES = 64 << 10;

  private static final int NOWHERE = -1;

  private final Path directory;
  private final Executor background;

  /** Oldest first. */
  private final List<MapLayer> layers;

  private final TreeMap<byte[], byte[]> outsized = new TreeMap<>(Arrays::compareUnsigned);
  private final IndexBytes reading = new IndexBytes();
  private final IndexBytes writing = new IndexBytes();
  private Optional<CompletableFuture<MapLayer>> next = Optional.empty();

  /** Why the next map could not be made the last time, on a full disk, say. */
  private Optional<String> failure = Optional.empty();

  /** Whether an entry had to be kept on the heap since the next map could not be made. */
  private boolean isCramped;

  /** Whether the next map is taken as soon as it is made. */
  private boolean rollsSoon;

  private int lastNumber;
  private long count;

  /** The key that was looked up or changed last, and the layer that holds it. */
  private byte[] lastName = {};

  private int lastHolder = NOWHERE;

  private ChronicleIndex(Path directory, Executor background, List<MapLayer> layers) {
    this.directory = directory;
    this.background = background;
    this.layers = layers;
    this.lastNumber = layers.size();
    for (MapLayer layer : layers) {
      count += layer.count();
    }
  }

  /**
   * Indexes in a directory.
   *
   * @param firstCapacity keys that the first map is made for
   * @param background runs what takes long
   */
  static Source in(Path directory, int firstCapacity, Executor background) {
    return new Source() {
      @Override
      public Optional<KeyIndex> reopen(Snapshot snapshot) throws IOException {
        return ChronicleIndex.reopen(directory, background, snapshot);
      }

      @Override
      public KeyIndex create(long expectedKeys) throws IOException {
        Files.createDirectories(directory);
        deleteFiles(directory);
        List<MapLayer> layers = new ArrayList<>();
        layers.add(MapLayer.create(directory, 1, firstCapacity));
        ChronicleIndex index = new ChronicleIndex(directory, background, layers);
        if (expectedKeys > firstCapacity) {
          // One map for all of them, instead of a chain that doubles up to it.
          index.prepareNext(expectedKeys + expectedKeys / 4);
          index.rollsSoon = true;
        }
        return index;
      }
    };
  }

  private static void deleteFiles(Path directory) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
  }

  private static Optional<KeyIndex> reopen(Path directory, Executor background, Snapshot snapshot)
      throws IOException {
    List<MapLayer> layers = new ArrayList<>();
    for (FileStamp stamp : snapshot.files()) {
      Optional<MapLayer> layer = MapLayer.reopen(directory, stamp);
      if (layer.isEmpty()) {
        discard(layers);
        return Optional.empty();
      }
      layers.add(layer.get());
    }
    if (layers.isEmpty()) {
      return Optional.empty();
    }
    ChronicleIndex index = new ChronicleIndex(directory, background, layers);
    for (Outsized entry : snapshot.outsized()) {
      index.outsized.put(entry.name(), entry.entry());
      index.count++;
    }
    return Optional.of(index);
  }

  private static void discard(List<MapLayer> layers) throws IOException {
    for (MapLayer layer : layers) {
      layer.discard();
    }
  }

  @Override
  public Optional<ByteBuffer> get(byte[] name) {
    byte[] large = outsized.isEmpty() ? null : outsized.get(name);
    if (large != null) {
      return Optional.of(ByteBuffer.wrap(large));
    }
    int holder = layers.size() - 1;
    while (holder >= 0 && !layers.get(holder).get(name, reading)) {
      holder--;
    }
    remember(name, holder);
    return holder == NOWHERE ? Optional.empty() : Optional.of(reading.view());
  }

  @Override
  public void put(byte[] name, ByteBuffer entry) throws IOException {
    int holder = holderOf(name);
    boolean wasOutsized = outsized.remove(name) != null;
    if (holder == NOWHERE && !wasOutsized) {
      count++;
    }
    writing.set(entry);
    int target = writing.length() > MAX_ENTRY_BYTES ? NOWHERE : putNewest(name, holder);
    if (target == NOWHERE) {
      outsized.put(name, Arrays.copyOf(writing.array(), writing.length()));
    }
    // A map that was found full has let go of it already.
    if (holder != NOWHERE && holder != target && layers.get(holder).contains(name)) {
      layers.get(holder).remove(name);
    }
    remember(name, target);
  }

  private void remember(byte[] name, int holder) {
    lastName = name;
    lastHolder = holder;
  }

  /** The position of the layer that holds a key, if any does. */
  private int holderOf(byte[] name) {
    if (Arrays.equals(name, lastName)) {
      return lastHolder;
    }
    int holder = layers.size() - 1;
    while (holder >= 0 && !layers.get(holder).contains(name)) {
      holder--;
    }
    return holder;
  }

  /**
   * Returns the position of the layer that took it; nowhere when it is too large for any, or there
   * is no room and no further map can be made. The log has what it is about, so it must be kept.
   */
  private int putNewest(byte[] name, int holder) throws IOException {
    look();
    if ((isDue(1.0) || rollsSoon) && next.isPresent() && next.get().isDone()) {
      roll();
    } else if (isDue(0.5) && next.isEmpty() && failure.isEmpty()) {
      prepareNext(doubled());
    }
    int newest = layers.size() - 1;
    try {
      if (!layers.get(newest).put(name, writing, holder != newest)) {
        if (!rollsNow()) {
          return NOWHERE;
        }
        newest++;
        layers.get(newest).put(name, writing, true);
      }
      return newest;
    } catch (IllegalArgumentException e) {
      // So says a map of an entry that takes more than a whole tier.
      return NOWHERE;
    }
  }

  /** Tries to take the next map; where none can be made no change is let in until one can. */
  private boolean rollsNow() {
    try {
      roll();
      return true;
    } catch (IOException e) {
      next = Optional.empty();
      failure = Optional.of(e.getMessage());
      isCramped = true;
      return false;
    }
  }

  /**
   * Whether the next map could be made. That it was not is no reason to fail while there is room.
   */
  private void look() {
    if (next.isEmpty() || !next.get().isDone()) {
      return;
    }
    failure =
        next.get()
            .handle((layer, cause) -> Optional.ofNullable(cause).map(ChronicleIndex::whyNot))
            .join();
    if (failure.isPresent()) {
      next = Optional.empty();
    }
  }

  private static String whyNot(Throwable cause) {
    Throwable root = cause.getCause() == null ? cause : cause.getCause();
    return "making an index map failed: " + root.getMessage();
  }

  @Override
  public Optional<String> obstacle() {
    look();
    // A map takes twice as many: what is under way, and what nobody asks for, finds room.
    return isDue(1.0) || isCramped ? failure : Optional.empty();
  }

  @Override
  public void tryAgain() {
    look();
    if (failure.isPresent() && next.isEmpty()) {
      prepareNext(doubled());
    }
  }

  private boolean isDue(double fill) {
    MapLayer newest = layers.get(layers.size() - 1);
    return newest.count() >= newest.capacity() * fill;
  }

  private long doubled() {
    return 2 * layers.get(layers.size() - 1).capacity();
  }

  private void prepareNext(long capacity) {
    int number = ++lastNumber;
    next = Optional.of(CompletableFuture.supplyAsync(() -> create(number, capacity), background));
  }

  private MapLayer create(int number, long capacity) {
    try {
      return MapLayer.create(directory, number, capacity);
    } catch (IOException e) {
      throw new CompletionException(e);
    }
  }

  /**
   * Makes the prepared map the newest. Waits for it only when the newest has no room left at all.
   */
  private void roll() throws IOException {
    if (next.isEmpty()) {
      prepareNext(doubled());
    }
    layers.add(joined(next.get()));
    next = Optional.empty();
    failure = Optional.empty();
    isCramped = false;
    rollsSoon = false;
  }

  private static MapLayer joined(CompletableFuture<MapLayer> future) throws IOException {
    try {
      return future.join();
    } catch (CompletionException e) {
      throw new IOException(whyNot(e), e);
    }
  }

  @Override
  public void remove(byte[] name) {
    int holder = holderOf(name);
    boolean wasOutsized = outsized.remove(name) != null;
    if (holder != NOWHERE) {
      layers.get(holder).remove(name);
    }
    if (holder != NOWHERE || wasOutsized) {
      count--;
    }
    remember(name, NOWHERE);
  }

  @Override
  public long count() {
    return count;
  }

  @Override
  public Optional<Snapshot> close() throws IOException {
    if (next.isPresent()) {
      // One that could not be made is not missed.
      Optional<MapLayer> made =
          next.get().handle((layer, failure) -> Optional.ofNullable(layer)).join();
      if (made.isPresent()) {
        made.get().discard();
      }
    }
    List<FileStamp> stamps = new ArrayList<>();
    for (MapLayer layer : layers) {
      stamps.add(layer.close());
    }
    List<Outsized> large = new ArrayList<>();
    outsized.forEach((name, entry) -> large.add(new Outsized(name, entry)));
    return Optional.of(new Snapshot(stamps, large));
  }
}
