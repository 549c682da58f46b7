package io.volute.causal;

/** Bytes or a token that are not a causal context; the message says why, in a few words. */
public final class MalformedContextException extends Exception {
  private static final long serialVersionUID = 1L;

  public MalformedContextException(String problem) {
    super(problem);
  }

  public MalformedContextException(String problem, Throwable cause) {
    super(problem, cause);
  }
}
