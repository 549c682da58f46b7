package io.volute.listen;

import java.io.IOException;

/** An address that clients should reach this daemon on could not be opened. */
public final class ListenException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String address;

  /**
   * Creates the exception.
   *
   * @param address as the user wrote it
   * @param reason what stands in the way, as the end of a sentence
   * @param cause the failure below, or null when the check is our own
   */
  public ListenException(String address, String reason, Throwable cause) {
    super("can't listen on " + address + ": " + reason, cause);
    this.address = address;
  }

  /** The address that could not be opened, as the user wrote it. */
  public String address() {
    return address;
  }
}
