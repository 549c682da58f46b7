package io.volute.codec;

/** Bytes that are not a message; the text says why, in a few words. */
public final class MalformedMessageException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * Without a stack trace: it tells nothing about the sender, and whoever can send junk would have
   * us pay for walking the stack.
   */
  public MalformedMessageException(String problem) {
    super(problem, null, false, false);
  }
}
