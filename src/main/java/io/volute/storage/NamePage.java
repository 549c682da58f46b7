package io.volute.storage;

import io.volute.record.Name;
import java.util.Arrays;
import java.util.Optional;

/** Where a page of a listing begins among sorted names. */
final class NamePage {
  private NamePage() {}

  /**
   * The lowest bytes that a name of the page can have.
   *
   * @param prefix need not be a name: it may be empty or end within a character
   * @param after only names greater than this
   */
  static byte[] lowest(byte[] prefix, Optional<Name> after) {
    if (after.isEmpty()) {
      return prefix;
    }
    // No bytes lie between a name and the same name with a zero byte behind it.
    byte[] next = Arrays.copyOf(after.get().utf8(), after.get().sizeBytes() + 1);
    return Arrays.compareUnsigned(next, prefix) >= 0 ? next : prefix;
  }
}
