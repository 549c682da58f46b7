package io.volute.membership;

import io.volute.settings.Quoted;

/**
 * A membership file that can't be used. The message is one line with file, line number, reason and
 * what is allowed, fit to be shown as it is.
 */
public final class MembershipFileException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int line;

  MembershipFileException(String fileName, int line, String reason) {
    super(Quoted.fileName(fileName) + ":" + line + ": " + reason);
    this.line = line;
  }

  /** The line that is wrong, from 1. */
  public int line() {
    return line;
  }
}
