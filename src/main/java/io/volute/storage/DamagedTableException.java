package io.volute.storage;

import java.io.IOException;

/** A file of RocksDB is not as it was written; the message names it. */
final class DamagedTableException extends IOException {
  private static final long serialVersionUID = 1L;

  DamagedTableException(String problem, Throwable cause) {
    super(problem, cause);
  }
}
