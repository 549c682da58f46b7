package io.volute.storage;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * An index on the Java heap, some 200 bytes a key and rebuilt at every start: for tests, the
 * simulator, and machines where the off-heap one can't run.
 */
final class HeapIndex implements KeyIndex {
  /** Makes new ones only: nothing of it outlives the process. */
  static final Source SOURCE =
      new Source() {
        @Override
        public Optional<KeyIndex> reopen(Snapshot snapshot) {
          return Optional.empty();
        }

        @Override
        public KeyIndex create(long expectedKeys) {
          return new HeapIndex();
        }
      };

  private final Map<Key, byte[]> entries = new HashMap<>();

  @Override
  public Optional<ByteBuffer> get(byte[] name) {
    return Optional.ofNullable(entries.get(new Key(name))).map(ByteBuffer::wrap);
  }

  @Override
  public void put(byte[] name, ByteBuffer entry) {
    byte[] copy = new byte[entry.remaining()];
    entry.get(copy);
    entries.put(new Key(name), copy);
  }

  @Override
  public void remove(byte[] name) {
    entries.remove(new Key(name));
  }

  @Override
  public long count() {
    return entries.size();
  }

  @Override
  public Optional<Snapshot> close() {
    entries.clear();
    return Optional.empty();
  }

  private static final class Key {
    private final byte[] name;

    Key(byte[] name) {
      this.name = name;
    }

    @Override
    public boolean equals(Object object) {
      return object instanceof Key other && Arrays.equals(name, other.name);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(name);
    }
  }
}
