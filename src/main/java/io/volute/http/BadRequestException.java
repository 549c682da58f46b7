package io.volute.http;

import io.undertow.util.StatusCodes;

/** A request that can't be understood or is not allowed; the message is what the client is told. */
final class BadRequestException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;

  BadRequestException(String reason) {
    this(StatusCodes.BAD_REQUEST, reason);
  }

  BadRequestException(int status, String reason) {
    // Part of everyday answers, so it doesn't pay for a stack trace.
    super(reason, null, false, false);
    this.status = status;
  }

  int status() {
    return status;
  }
}
