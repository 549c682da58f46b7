package io.volute.storage;

import io.volute.hashing.Hash64;
import java.nio.ByteBuffer;

/**
 * Tells quickly that a name is not in a run: a Bloom filter of ten bits a name, which is wrong
 * about one absent name in a hundred. The six bits of a name come from two halves of one hash
 * (Kirsch and Mitzenmacher, "Less hashing, same performance", 2006).
 */
final class NameFilter {
  private static final int BITS_PER_NAME = 10;
  private static final int PROBES = 6;
  private static final long SEED = 0x6e616d6573L;

  private final long[] words;

  private NameFilter(long[] words) {
    this.words = words;
  }

  /** An empty one for at most so many names. */
  static NameFilter forNames(long count) {
    long bits = Math.max(1, count) * BITS_PER_NAME;
    return new NameFilter(new long[Math.toIntExact((bits + Long.SIZE - 1) / Long.SIZE)]);
  }

  /** Takes it out of a buffer that holds it and nothing before it. */
  static NameFilter read(ByteBuffer in, int wordCount) {
    long[] words = new long[wordCount];
    for (int i = 0; i < wordCount; i++) {
      words[i] = in.getLong();
    }
    return new NameFilter(words);
  }

  void write(ByteBuffer out) {
    for (long word : words) {
      out.putLong(word);
    }
  }

  int wordCount() {
    return words.length;
  }

  static long hashOf(byte[] name) {
    return Hash64.of(name, SEED);
  }

  void add(long hash) {
    for (int probe = 0; probe < PROBES; probe++) {
      long bit = bit(hash, probe);
      words[(int) (bit >>> 6)] |= 1L << bit;
    }
  }

  /** False only when no name with this hash was added. */
  boolean mayContain(long hash) {
    for (int probe = 0; probe < PROBES; probe++) {
      long bit = bit(hash, probe);
      if ((words[(int) (bit >>> 6)] & 1L << bit) == 0) {
        return false;
      }
    }
    return true;
  }

  private long bit(long hash, int probe) {
    long mixed = (hash & 0xffffffffL) + probe * ((hash >>> 32) | 1);
    return Long.remainderUnsigned(Hash64.mix(mixed), (long) words.length * Long.SIZE);
  }
}
