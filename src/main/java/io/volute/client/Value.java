package io.volute.client;

import java.nio.charset.StandardCharsets;

/**
 * A value as it was read. Immutable as long as nobody writes into what {@link #bytes} gives.
 *
 * @param bytes what was stored
 * @param contentType what its writer said that it is
 * @param version the context that covers all that was read with it: to write with it replaces just
 *     that. Of one sibling among several: its own
 * @param siblings how many concurrent values the key has; more than 1 means that writers did not
 *     know of each other, and that this is the newest by the clock
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record Value(byte[] bytes, String contentType, String version, int siblings) {
  /** The bytes as UTF-8. */
  public String text() {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
