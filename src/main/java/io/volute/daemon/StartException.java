package io.volute.daemon;

/** The daemon can't start; the message is the one line that a user is shown. */
public final class StartException extends Exception {
  private static final long serialVersionUID = 1L;

  /** The command line, the config file or the membership file is wrong. */
  public static final int EXIT_BAD_INPUT = 2;

  /** What was asked for is not to be had: a port, the home directory, the disk. */
  public static final int EXIT_UNAVAILABLE = 1;

  private final int exitCode;

  public StartException(int exitCode, String message, Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  public int exitCode() {
    return exitCode;
  }
}
