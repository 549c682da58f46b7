package io.volute.storage;

/** Another process, or another store of this one, uses the same directory. */
public final class StoreLockedException extends Exception {
  private static final long serialVersionUID = 1L;

  StoreLockedException(String problem) {
    super(problem);
  }
}
