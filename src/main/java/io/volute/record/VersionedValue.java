package io.volute.record;

/**
 * A version together with the bytes of its value.
 *
 * @param version what was written, when and over what
 * @param value {@link Value#EMPTY} for a tombstone
 */
public record VersionedValue(Version version, Value value) {
  public VersionedValue {
    assert version.sizeBytes() == value.sizeBytes() : version + " with " + value;
  }
}
