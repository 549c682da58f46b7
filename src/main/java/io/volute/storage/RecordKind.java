package io.volute.storage;

import java.util.Optional;

/** What a log record says. Codes are part of the file format: they are never given anew. */
enum RecordKind {
  /** A version of a key: name, metadata, value. */
  VERSION(1),
  /** Forgets a key with all versions logged so far: name only. */
  REMOVE(2),
  /** Sets a note: key, no metadata, content. */
  NOTE(3),
  /** Forgets a note: key only. */
  NOTE_REMOVED(4),
  /** A version whose value is a blob: name, metadata, and which blob. */
  BLOB_VERSION(5);

  /** Kinds from here on may be skipped by a reader that doesn't know them. */
  static final int FIRST_SKIPPABLE_CODE = 128;

  private static final RecordKind[] KINDS = values();

  private final int code;

  RecordKind(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }

  static Optional<RecordKind> of(int code) {
    return code >= 1 && code <= KINDS.length ? Optional.of(KINDS[code - 1]) : Optional.empty();
  }
}
