package io.volute.client.json;

import java.io.IOException;

/** Text that is not the JSON it should be. */
public final class MalformedJsonException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Says what is wrong with it. */
  public MalformedJsonException(String what) {
    super("malformed JSON: " + what);
  }
}
