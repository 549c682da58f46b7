package io.volute.settings;

import java.util.Map;
import java.util.OptionalLong;

/**
 * A whole number with a unit behind it, as in {@code 250ms} or {@code 64k}.
 *
 * @param factors what each unit multiplies with; the empty text stands for a number without a unit
 */
record Quantity(Map<String, Long> factors) {
  /** Milliseconds. The unit is a must: a bare number would be read as seconds by many. */
  static final Quantity DURATION =
      new Quantity(Map.of("ms", 1L, "s", 1000L, "m", 60_000L, "h", 3_600_000L, "d", 86_400_000L));

  /** Bytes, in powers of 1024. */
  static final Quantity SIZE =
      new Quantity(Map.of("", 1L, "k", 1L << 10, "m", 1L << 20, "g", 1L << 30, "t", 1L << 40));

  static final Quantity NUMBER = new Quantity(Map.of("", 1L));

  private static final int MAX_DIGITS = 18;

  /** Reads digits and a unit without a space; empty when it is not that, or overflows. */
  OptionalLong read(String text) {
    int digits = 0;
    while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
      digits++;
    }
    Long factor = factors.get(text.substring(digits));
    if (digits == 0 || digits > MAX_DIGITS || factor == null) {
      return OptionalLong.empty();
    }
    long number = Long.parseLong(text, 0, digits, 10);
    if (number > Long.MAX_VALUE / factor) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(number * factor);
  }
}
