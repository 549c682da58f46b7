package io.volute.storage;

import java.io.IOException;
import java.util.List;

/** A set of byte strings in their order. For the kernel thread only. */
interface KeyOrder {
  void add(byte[] key) throws IOException;

  void remove(byte[] key) throws IOException;

  /**
   * Those from {@code lowest} on that come before {@code below}.
   *
   * @param limit at most this many, 1 and up
   */
  List<byte[]> range(byte[] lowest, byte[] below, int limit) throws IOException;
}
