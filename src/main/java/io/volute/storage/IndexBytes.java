package io.volute.storage;

import java.nio.ByteBuffer;

/** Bytes of an index entry on their way from or to a map; reused, so that they leave no garbage. */
final class IndexBytes {
  private byte[] array = new byte[512];
  private ByteBuffer view = ByteBuffer.wrap(array);
  private int length;

  /** Makes room for that many bytes, whose content is undefined, and returns the array. */
  byte[] resize(int size) {
    if (array.length < size) {
      array = new byte[Math.max(size, 2 * array.length)];
      view = ByteBuffer.wrap(array);
    }
    length = size;
    return array;
  }

  void set(ByteBuffer bytes) {
    int size = bytes.remaining();
    bytes.get(resize(size), 0, size);
  }

  byte[] array() {
    return array;
  }

  int length() {
    return length;
  }

  /** The bytes to read; the same buffer each time, for use until the next change. */
  ByteBuffer view() {
    return view.clear().limit(length);
  }
}
