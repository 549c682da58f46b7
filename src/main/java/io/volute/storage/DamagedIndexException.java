package io.volute.storage;

/**
 * The derived index holds what this program did not write. What the key's versions are can't be
 * told without it, so the member must stop; its next start rebuilds the index from the log.
 */
public final class DamagedIndexException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  DamagedIndexException(String problem) {
    super(problem);
  }

  DamagedIndexException(String problem, Throwable cause) {
    super(problem, cause);
  }
}
