package io.volute.storage;

import io.volute.hashing.Partitions;
import io.volute.record.MirrorRange;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The sums of a hash tree. They take 2 KiB for each partition and mirror count that is in use, so
 * at most 2 MiB a mirror count. Leaves are kept for the first {@value #MAX_DETAILED} mirror counts;
 * clients could use all 256 of them, and then the rest have a sum a partition only.
 */
final class TreeSums {
  static final int MAX_DETAILED = 8;

  private static final long MAGIC = 0x564F4C5554525331L; // "VOLUTRS1"

  /** The sums of the keys of one mirror count. */
  private static final class Width {
    final boolean detailed;
    final long[] sums = new long[Partitions.COUNT];
    final int[] counts = new int[Partitions.COUNT];
    final long[][] leaves = new long[Partitions.COUNT][];

    Width(boolean detailed) {
      this.detailed = detailed;
    }
  }

  private final TreeMap<Integer, Width> widths = new TreeMap<>();

  /**
   * A key has come to this mirror count or left it, or has changed.
   *
   * @param more how many keys are added; negative for those taken away
   * @param difference added to the sum
   */
  void add(int width, long keyHash, int more, long difference) {
    Width sums = widths.computeIfAbsent(width, absent -> new Width(widths.size() < MAX_DETAILED));
    int partition = Partitions.of(keyHash);
    sums.counts[partition] += more;
    sums.sums[partition] += difference;
    if (!sums.detailed) {
      return;
    }
    if (sums.counts[partition] == 0) {
      assert sums.sums[partition] == 0 : "a sum over nothing";
      sums.leaves[partition] = null;
      return;
    }
    if (sums.leaves[partition] == null) {
      sums.leaves[partition] = new long[Partitions.LEAVES];
    }
    sums.leaves[partition][Partitions.leafOf(keyHash)] += difference;
  }

  long sum(int partition, MirrorRange mirrors) {
    long sum = 0;
    for (Width width : within(mirrors).values()) {
      sum += width.sums[partition];
    }
    return sum;
  }

  long count(int partition, MirrorRange mirrors) {
    long count = 0;
    for (Width width : within(mirrors).values()) {
      count += width.counts[partition];
    }
    return count;
  }

  long count() {
    long count = 0;
    for (int partition = 0; partition < Partitions.COUNT; partition++) {
      count += count(partition, MirrorRange.ALL);
    }
    return count;
  }

  /** Empty when there are keys among them of which no leaves are kept. */
  Optional<long[]> leaves(int partition, MirrorRange mirrors) {
    long[] all = new long[Partitions.LEAVES];
    for (Width width : within(mirrors).values()) {
      if (!width.detailed && width.counts[partition] > 0) {
        return Optional.empty();
      }
      long[] leaves = width.leaves[partition];
      for (int i = 0; leaves != null && i < all.length; i++) {
        all[i] += leaves[i];
      }
    }
    return Optional.of(all);
  }

  private Map<Integer, Width> within(MirrorRange mirrors) {
    return widths.subMap(mirrors.least(), mirrors.below());
  }

  /** Forgets a partition, which is then added up again. */
  void clear(int partition) {
    for (Width width : widths.values()) {
      width.sums[partition] = 0;
      width.counts[partition] = 0;
      width.leaves[partition] = null;
    }
  }

  /** Whether a partition's sums are the same as those. */
  boolean isSame(int partition, TreeSums other) {
    for (int width = 1; width < MirrorRange.BELOW_ALL; width++) {
      MirrorRange only = new MirrorRange(width, width + 1);
      if (count(partition, only) != other.count(partition, only)
          || sum(partition, only) != other.sum(partition, only)) {
        return false;
      }
      Optional<long[]> mine = leaves(partition, only);
      Optional<long[]> theirs = other.leaves(partition, only);
      if (mine.isPresent() && theirs.isPresent() && !Arrays.equals(mine.get(), theirs.get())) {
        return false;
      }
    }
    return true;
  }

  /** All of them, for a checkpoint. */
  byte[] toBytes() {
    int size = Long.BYTES + Integer.BYTES;
    for (Width width : widths.values()) {
      size += Integer.BYTES + 1 + Partitions.COUNT * (Integer.BYTES + Long.BYTES);
      for (long[] leaves : width.leaves) {
        size += leaves == null ? 0 : leaves.length * Long.BYTES;
      }
    }
    ByteBuffer out = ByteBuffer.allocate(size);
    out.putLong(MAGIC).putInt(widths.size());
    for (Map.Entry<Integer, Width> entry : widths.entrySet()) {
      Width width = entry.getValue();
      out.putInt(entry.getKey()).put((byte) (width.detailed ? 1 : 0));
      for (int partition = 0; partition < Partitions.COUNT; partition++) {
        out.putInt(width.counts[partition]).putLong(width.sums[partition]);
        long[] leaves = width.leaves[partition];
        for (int i = 0; leaves != null && i < leaves.length; i++) {
          out.putLong(leaves[i]);
        }
      }
    }
    return out.array();
  }

  /** Reads what {@link #toBytes} made; empty when it is something else. */
  static Optional<TreeSums> of(byte[] content) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(content));
    if (in.readLong() != MAGIC) {
      return Optional.empty();
    }
    TreeSums sums = new TreeSums();
    for (int rest = in.readInt(); rest > 0; rest--) {
      int number = in.readInt();
      Width width = new Width(in.readBoolean());
      for (int partition = 0; partition < Partitions.COUNT; partition++) {
        width.counts[partition] = in.readInt();
        width.sums[partition] = in.readLong();
        if (width.detailed && width.counts[partition] > 0) {
          long[] leaves = new long[Partitions.LEAVES];
          for (int i = 0; i < leaves.length; i++) {
            leaves[i] = in.readLong();
          }
          width.leaves[partition] = leaves;
        }
      }
      sums.widths.put(number, width);
    }
    return Optional.of(sums);
  }
}
