package io.volute.cli.text;

import java.time.Duration;

/** Durations as the daemon's flags have them: {@code 250ms}, {@code 2s}, {@code 5m}. */
public final class Durations {
  /** What a user is told when one is refused. */
  public static final String RULE =
      "a number and ms, s, m, h or d, such as 250ms or 2s, up to 365d";

  private static final long MAX_DAYS = 365;

  private Durations() {}

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException with the text and what is allowed
   */
  public static Duration parse(String text) {
    int digits = 0;
    while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
      digits++;
    }
    long unitMillis =
        switch (text.substring(digits)) {
          case "ms" -> 1;
          case "s" -> 1000;
          case "m" -> 60_000;
          case "h" -> 3_600_000;
          case "d" -> 86_400_000;
          default -> 0;
        };
    if (digits == 0 || digits > 12 || unitMillis == 0) {
      throw refusal(text);
    }
    long number = Long.parseLong(text.substring(0, digits));
    if (number > MAX_DAYS * 86_400_000 / unitMillis) {
      throw refusal(text);
    }
    return Duration.ofMillis(number * unitMillis);
  }

  private static IllegalArgumentException refusal(String text) {
    return new IllegalArgumentException("'" + text + "': allowed is " + RULE);
  }
}
