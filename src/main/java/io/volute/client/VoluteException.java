package io.volute.client;

import java.io.IOException;

/** A call that could not be carried out; the message is one line that says why. */
public class VoluteException extends IOException {
  private static final long serialVersionUID = 1L;

  VoluteException(String message) {
    super(message);
  }

  VoluteException(String message, Throwable cause) {
    super(message, cause);
  }

  /** No node could answer within the deadline. The message has the last reason. */
  public static final class UnavailableException extends VoluteException {
    private static final long serialVersionUID = 1L;

    UnavailableException(String message) {
      super(message);
    }
  }

  /** The node says that the request itself is wrong: to repeat it is of no use. */
  public static final class RefusedException extends VoluteException {
    private static final long serialVersionUID = 1L;

    private final int status;

    RefusedException(int status, String message) {
      super(message);
      this.status = status;
    }

    /** As in HTTP: 400 a bad name or parameter, 401 and 403 the token, 413 too large. */
    public int status() {
      return status;
    }
  }

  /** A change that was demanded did not come about, or may not have. */
  public static final class ChangeException extends VoluteException {
    private static final long serialVersionUID = 1L;

    private final transient Change change;

    ChangeException(Change change) {
      super(change.outcome() + ": " + change.explanation());
      this.change = change;
    }

    /** What is known of it. */
    public Change change() {
      return change;
    }
  }
}
