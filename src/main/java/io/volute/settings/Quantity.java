package io.volute.settings;

import java.util.List;
import java.util.OptionalLong;

/**
 * A whole number with a unit behind it, as in {@code 250ms} or {@code 64k}.
 *
 * @param units the units that may stand behind it
 */
record Quantity(List<Unit> units) {
  /** What a unit multiplies with; the empty text stands for a number without a unit. */
  record Unit(String name, long factor) {}

  /** Milliseconds. The unit is a must: a bare number would be read as seconds by many. */
  static final Quantity DURATION =
      new Quantity(
          List.of(
              new Unit("ms", 1),
              new Unit("s", 1000),
              new Unit("m", 60_000),
              new Unit("h", 3_600_000),
              new Unit("d", 86_400_000)));

  /** Bytes, in powers of 1024. */
  static final Quantity SIZE =
      new Quantity(
          List.of(
              new Unit("", 1),
              new Unit("k", 1L << 10),
              new Unit("m", 1L << 20),
              new Unit("g", 1L << 30),
              new Unit("t", 1L << 40)));

  static final Quantity NUMBER = new Quantity(List.of(new Unit("", 1)));

  private static final int MAX_DIGITS = 18;

  /** Reads digits and a unit without a space; empty when it is not that, or overflows. */
  OptionalLong read(String text) {
    int digits = 0;
    while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
      digits++;
    }
    if (digits == 0 || digits > MAX_DIGITS) {
      return OptionalLong.empty();
    }
    long number = Long.parseLong(text, 0, digits, 10);
    String name = text.substring(digits);
    return units.stream()
        .filter(unit -> unit.name().equals(name) && number <= Long.MAX_VALUE / unit.factor())
        .mapToLong(unit -> number * unit.factor())
        .findFirst();
  }
}
