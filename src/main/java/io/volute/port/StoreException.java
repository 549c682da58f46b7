package io.volute.port;

/** The store can't take a change or give back what it keeps; the message says why, in one line. */
public final class StoreException extends Exception {
  private static final long serialVersionUID = 1L;

  public StoreException(String problem) {
    super(problem);
  }

  public StoreException(String problem, Throwable cause) {
    super(problem, cause);
  }
}
