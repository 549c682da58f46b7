package io.volute.storage;

/**
 * CRC32C reckoned backwards: what its register held before some bytes went through it. Each step of
 * the usual table-driven form can be undone, since the highest bytes of the table's entries are all
 * different (M. Stigge et al., Reversing CRC: Theory and Practice, 2006).
 */
final class Crc32cReversal {
  /** The polynomial of CRC32C (Castagnoli), its bits in reverse order. */
  private static final int POLYNOMIAL = 0x82F63B78;

  private static final int[] TABLE = new int[256];

  /** The index of a table entry by its highest byte. */
  private static final int[] INDEX = new int[256];

  static {
    for (int i = 0; i < TABLE.length; i++) {
      int entry = i;
      for (int bit = 0; bit < Byte.SIZE; bit++) {
        entry = (entry >>> 1) ^ ((entry & 1) == 0 ? 0 : POLYNOMIAL);
      }
      TABLE[i] = entry;
      INDEX[entry >>> 24] = i;
    }
  }

  private Crc32cReversal() {}

  /**
   * Takes bytes back.
   *
   * @param register what it holds behind them: the complement of the checksum that ends there
   * @param from index of the first byte
   * @param to index behind the last one
   * @return what it held in front of them
   */
  static int before(int register, byte[] bytes, int from, int to) {
    int before = register;
    for (int i = to - 1; i >= from; i--) {
      int index = INDEX[before >>> 24];
      before = ((before ^ TABLE[index]) << Byte.SIZE) | (index ^ (bytes[i] & 0xff));
    }
    return before;
  }
}
