package io.volute.storage;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/** A {@link KeyOrder} on the Java heap, some 100 bytes a key besides its own. */
final class HeapKeyOrder implements KeyOrder {
  private final TreeSet<byte[]> keys = new TreeSet<>(Arrays::compareUnsigned);

  @Override
  public void add(byte[] key) {
    keys.add(key);
  }

  @Override
  public void remove(byte[] key) {
    keys.remove(key);
  }

  @Override
  public List<byte[]> range(byte[] lowest, byte[] below, int limit) {
    List<byte[]> range = new ArrayList<>();
    for (byte[] key : keys.tailSet(lowest)) {
      if (range.size() == limit || Arrays.compareUnsigned(key, below) >= 0) {
        break;
      }
      range.add(key);
    }
    return range;
  }
}
