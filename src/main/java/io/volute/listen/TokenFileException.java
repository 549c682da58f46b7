package io.volute.listen;

/** A token file can't be used; the message says which line of it, and why, in one line. */
public final class TokenFileException extends Exception {
  private static final long serialVersionUID = 1L;

  TokenFileException(String problem) {
    super(problem);
  }
}
