package io.volute.record;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The bytes of a value. Immutable by agreement: who hands an array over does not touch it again.
 */
public final class Value {
  public static final Value EMPTY = new Value(new byte[0]);

  private final byte[] bytes;

  private Value(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Takes the array over: the caller must not change it afterwards. */
  public static Value of(byte[] bytes) {
    return bytes.length == 0 ? EMPTY : new Value(bytes);
  }

  public static Value of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The bytes themselves, not a copy: they must not be changed. */
  public byte[] bytes() {
    return bytes;
  }

  public int sizeBytes() {
    return bytes.length;
  }

  @Override
  public boolean equals(Object object) {
    return object instanceof Value other && Arrays.equals(bytes, other.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return bytes.length + " bytes";
  }
}
