package io.volute.cli;

/** What the client tells the shell. */
final class ExitCode {
  static final int DONE = 0;
  static final int FAILED = 1;
  static final int USAGE = 2;
  static final int NOT_FOUND = 4;

  private ExitCode() {}
}
