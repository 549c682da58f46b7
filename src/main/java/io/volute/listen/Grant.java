package io.volute.listen;

import java.util.Arrays;

/**
 * What a client may do.
 *
 * @param readOnly whether it may change nothing
 * @param prefix names that it may touch begin with these bytes; empty for all
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, never changed
public record Grant(boolean readOnly, byte[] prefix) {
  /** Anything, as clients may that are not asked for a token. */
  public static final Grant ALL = new Grant(false, new byte[0]);

  /** Whether it is limited to a part of the names. */
  public boolean isLimited() {
    return prefix.length > 0;
  }

  /** Whether it may touch a name, or all names that begin with these bytes. */
  public boolean covers(byte[] name) {
    return name.length >= prefix.length
        && Arrays.equals(prefix, 0, prefix.length, name, 0, prefix.length);
  }
}
