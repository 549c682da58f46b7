package io.volute.record;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * A key's name: 1 to 1024 bytes of valid UTF-8 without any other rule. Ordered by unsigned bytes,
 * which is also the order of code points. Immutable.
 */
public final class Name implements Comparable<Name> {
  public static final int MAX_BYTES = 1024;

  /** What a user is told when a name is refused. */
  public static final String RULE = "1 to 1024 bytes of UTF-8";

  private static final byte[] SYSTEM_PREFIX = ".membership/".getBytes(StandardCharsets.US_ASCII);

  private final byte[] utf8;
  private final int hash;

  private Name(byte[] utf8) {
    this.utf8 = utf8;
    this.hash = Arrays.hashCode(utf8);
  }

  /**
   * Takes the array over: the caller must not change it afterwards.
   *
   * @return empty when the bytes are not a name by {@link #RULE}
   */
  public static Optional<Name> of(byte[] utf8) {
    if (utf8.length == 0 || utf8.length > MAX_BYTES || !isUtf8(utf8)) {
      return Optional.empty();
    }
    return Optional.of(new Name(utf8));
  }

  /** From text that is known to be a name, such as a constant. */
  public static Name of(String text) {
    return encode(text)
        .flatMap(Name::of)
        .orElseThrow(() -> new IllegalArgumentException("name '" + text + "': must be " + RULE));
  }

  private static Optional<byte[]> encode(String text) {
    try {
      // String.getBytes would put a question mark for a lone surrogate: another name.
      ByteBuffer utf8 = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      byte[] bytes = new byte[utf8.remaining()];
      utf8.get(bytes);
      return Optional.of(bytes);
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  private static boolean isUtf8(byte[] bytes) {
    for (byte b : bytes) {
      if (b < 0) {
        return decodes(bytes);
      }
    }
    return true;
  }

  private static boolean decodes(byte[] bytes) {
    try {
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  /** The bytes themselves, not a copy: they must not be changed. */
  public byte[] utf8() {
    return utf8;
  }

  public int sizeBytes() {
    return utf8.length;
  }

  /** Whether this is a key of the system, which users read and don't write. */
  public boolean isSystem() {
    return startsWith(SYSTEM_PREFIX);
  }

  public boolean startsWith(byte[] prefix) {
    return prefix.length <= utf8.length
        && Arrays.equals(utf8, 0, prefix.length, prefix, 0, prefix.length);
  }

  @Override
  public int compareTo(Name other) {
    return Arrays.compareUnsigned(utf8, other.utf8);
  }

  @Override
  public boolean equals(Object object) {
    return object instanceof Name other && hash == other.hash && Arrays.equals(utf8, other.utf8);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    return new String(utf8, StandardCharsets.UTF_8);
  }
}
