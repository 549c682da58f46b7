package io.volute.resp;

import io.volute.record.Version;

/** When a value expires, as calls say it and as the node wants it: the milliseconds it has left. */
final class Expiry {
  /** No expiry. */
  static final long NEVER = 0;

  /** The time has passed: the key is to be as if it had expired. */
  static final long PASSED = -1;

  /** About a thousand years: nothing overflows, and nobody will complain. */
  private static final long LONGEST_MILLIS = 1000L * 366 * 24 * 3600 * 1000;

  private Expiry() {}

  /**
   * Reads the time that follows one of the words {@code EX PX EXAT PXAT}.
   *
   * @return milliseconds, or {@link #PASSED}
   */
  static long after(Call call, String unit, int index) throws RequestRefused {
    long given = call.number(index);
    boolean absolute = unit.endsWith("AT");
    long millis = millis(call, given, unit.startsWith("E"));
    if (given <= 0) {
      throw refusal(call);
    }
    return absolute ? left(millis) : millis;
  }

  /** A time from now, which for {@code EXPIRE} and {@code PEXPIRE} may have passed. */
  static long fromNow(Call call, int index, boolean seconds) throws RequestRefused {
    long millis = millis(call, call.number(index), seconds);
    return millis <= 0 ? PASSED : millis;
  }

  private static long millis(Call call, long given, boolean seconds) throws RequestRefused {
    long unit = seconds ? 1000 : 1;
    if (given > LONGEST_MILLIS / unit || given < -LONGEST_MILLIS / unit) {
      throw refusal(call);
    }
    return given * unit;
  }

  /** What is left of a value's life: milliseconds, {@link #NEVER} or {@link #PASSED}. */
  static long leftOf(Version version) {
    return version.expiresAtMillis() == Version.NEVER ? NEVER : left(version.expiresAtMillis());
  }

  private static long left(long atMillis) {
    long left = atMillis - System.currentTimeMillis();
    return left <= 0 ? PASSED : left;
  }

  private static RequestRefused refusal(Call call) {
    return new RequestRefused("invalid expire time in '" + call.spec().lowerName() + "' command");
  }
}
