package io.volute.storage;

import java.io.IOException;

/**
 * The empty file {@code TAIL-CUT}: there from before the end of a log is cut off until the node has
 * begun another life. That it was cut can't be told afterwards, should the start go no further.
 */
final class CutMark {
  static final String FILE = "TAIL-CUT";

  private static final System.Logger LOG = System.getLogger(CutMark.class.getName());

  private final Disk disk;
  private boolean isSet;

  CutMark(Disk disk) throws IOException {
    this.disk = disk;
    this.isSet = disk.exists(FILE);
  }

  /** Whether a log's end was cut off, now or at a start that got no further. */
  boolean isSet() {
    return isSet;
  }

  /** The log's end is about to be cut off. Durable when this returns. */
  void set() throws IOException {
    if (!isSet) {
      disk.create(FILE).close();
      disk.syncDirectory("");
      isSet = true;
    }
  }

  /** Another life has begun, and that is durable. Tried once in a life. */
  void clear() {
    if (!isSet) {
      return;
    }
    isSet = false;
    try {
      disk.delete(FILE);
    } catch (IOException e) {
      // With it the next start begins another life, which costs next to nothing.
      LOG.log(System.Logger.Level.WARNING, "{0} stays: {1}", FILE, e.getMessage());
    }
  }
}
