package io.volute.storage;

/** Bytes that passed their checksum don't say what they should: a defect, or another format. */
final class MalformedRecordException extends Exception {
  private static final long serialVersionUID = 1L;

  MalformedRecordException(String problem, Throwable cause) {
    super(problem, cause);
  }

  MalformedRecordException(String problem) {
    super(problem);
  }
}
