package io.volute.resp;

import java.util.Arrays;

/**
 * A pattern over bytes: {@code *} for any, {@code ?} for one, {@code [a-z]} and {@code [^a-z]} for
 * one of some, and a backslash before what is meant as itself.
 *
 * <p>Only the last star is ever taken up again, so a match takes at most as many steps as the
 * lengths of both multiplied: a pattern can't be made that takes for ever.
 */
final class GlobPattern {
  private final byte[] pattern;

  GlobPattern(byte[] pattern) {
    this.pattern = pattern;
  }

  /** The bytes with which every match begins. */
  byte[] prefix() {
    byte[] prefix = new byte[pattern.length];
    int size = 0;
    for (int i = 0; i < pattern.length; i++) {
      byte b = pattern[i];
      if (b == '*' || b == '?' || b == '[') {
        break;
      }
      if (b == '\\' && i + 1 < pattern.length) {
        b = pattern[++i];
      }
      prefix[size++] = b;
    }
    return Arrays.copyOf(prefix, size);
  }

  boolean matches(byte[] text) {
    int at = 0;
    int in = 0;
    int star = -1;
    int starAt = 0;
    while (at < text.length) {
      if (in < pattern.length && pattern[in] == '*') {
        star = in++;
        starAt = at;
      } else if (in < pattern.length && matchesOne(in, text[at])) {
        in = after(in);
        at++;
      } else if (star >= 0) {
        in = star + 1;
        at = ++starAt;
      } else {
        return false;
      }
    }
    while (in < pattern.length && pattern[in] == '*') {
      in++;
    }
    return in == pattern.length;
  }

  private boolean matchesOne(int in, byte b) {
    return switch (pattern[in]) {
      case '?' -> true;
      case '[' -> matchesClass(in, b & 0xff);
      case '\\' -> in + 1 < pattern.length ? pattern[in + 1] == b : b == '\\';
      default -> pattern[in] == b;
    };
  }

  private boolean matchesClass(int open, int b) {
    int in = open + 1;
    boolean negated = in < pattern.length && pattern[in] == '^';
    in += negated ? 1 : 0;
    boolean found = false;
    while (in < pattern.length && pattern[in] != ']') {
      if (pattern[in] == '\\' && in + 1 < pattern.length) {
        in++;
      }
      int low = pattern[in] & 0xff;
      int high = low;
      if (in + 2 < pattern.length && pattern[in + 1] == '-' && pattern[in + 2] != ']') {
        high = pattern[in + 2] & 0xff;
        in += 2;
      }
      found |= Math.min(low, high) <= b && b <= Math.max(low, high);
      in++;
    }
    return found != negated;
  }

  /** Where the pattern goes on after one that stands for a single byte. */
  private int after(int in) {
    if (pattern[in] == '\\') {
      return Math.min(in + 2, pattern.length);
    }
    if (pattern[in] != '[') {
      return in + 1;
    }
    int end = in + 1;
    while (end < pattern.length && pattern[end] != ']') {
      end += pattern[end] == '\\' ? 2 : 1;
    }
    return Math.min(end + 1, pattern.length);
  }
}
