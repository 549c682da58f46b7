package io.volute.storage;

import java.io.IOException;

/**
 * A file of an order of names is not as it was written, or can't be read. Nothing is lost by it:
 * the order is derived from the log, see {@link OrdersAnew}.
 */
final class DamagedOrderException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String file;

  /**
   * @param file as {@link NameRun#fileName()}
   */
  DamagedOrderException(String file, String problem) {
    super(file + " " + problem);
    this.file = file;
  }

  DamagedOrderException(String file, IOException cause) {
    super(file + " can't be read: " + cause.getMessage(), cause);
    this.file = file;
  }

  String file() {
    return file;
  }
}
