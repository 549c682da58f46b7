package io.volute.codec;

import io.volute.causal.CausalContext;
import io.volute.causal.Dot;
import io.volute.record.Mirrors;
import io.volute.record.Value;
import io.volute.record.Version;
import java.io.IOException;
import java.util.Optional;

/** Versions: {@code [dot, replaces, kind, mirrors, written, expires, content type, size]}. */
final class VersionForm {
  private static final int FIELDS = 8;

  /** No version takes fewer bytes: bounds what a list of them allocates. */
  static final int MIN_BYTES = 15;

  private VersionForm() {}

  static void write(Version version, FieldWriter out) throws IOException {
    out.array(FIELDS);
    out.dot(version.dot());
    out.context(version.replaces());
    out.constant(Numbers.VERSION_KINDS, version.kind());
    out.mirrors(version.mirrors());
    out.anyLong(version.writtenAtMillis());
    out.number(version.expiresAtMillis(), 0, Long.MAX_VALUE);
    out.printable(version.contentType(), Version.MAX_CONTENT_TYPE_LENGTH);
    out.number(version.sizeBytes(), 0, Long.MAX_VALUE);
  }

  static Version read(FieldReader in) throws IOException, MalformedMessageException {
    in.array(FIELDS);
    Dot dot = in.dot();
    CausalContext replaces = in.context();
    FieldReader.check(!replaces.covers(dot), "a version replaces itself");
    Version.Kind kind = in.constant(Numbers.VERSION_KINDS);
    Mirrors mirrors = in.mirrors();
    long writtenAtMillis = in.anyLong();
    long expiresAtMillis = in.number(0, Long.MAX_VALUE);
    String contentType = in.printable(Version.MAX_CONTENT_TYPE_LENGTH);
    long sizeBytes = in.number(0, Long.MAX_VALUE);
    FieldReader.check(kind == Version.Kind.VALUE || sizeBytes == 0, "a tombstone has a value");
    return new Version(
        dot, replaces, kind, mirrors, writtenAtMillis, expiresAtMillis, contentType, sizeBytes);
  }

  /** The value of a version that was just written. */
  static void writeValue(Version version, Value value, FieldWriter out) throws IOException {
    FieldWriter.check(version.sizeBytes() == value.sizeBytes(), "a value has another size");
    out.value(value);
  }

  /** The value of a version that was just read. */
  static Value readValue(Version version, FieldReader in)
      throws IOException, MalformedMessageException {
    Value value = in.value();
    FieldReader.check(version.sizeBytes() == value.sizeBytes(), "a value has another size");
    return value;
  }

  static Optional<Value> readOptionalValue(Version version, FieldReader in)
      throws IOException, MalformedMessageException {
    return in.skipNil() ? Optional.empty() : Optional.of(readValue(version, in));
  }
}
