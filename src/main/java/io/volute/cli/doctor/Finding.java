package io.volute.cli.doctor;

import io.volute.cli.text.Json;

/**
 * One thing that was looked at.
 *
 * @param level how bad it is
 * @param check what was looked at, in a word
 * @param says what was seen
 * @param advice what to do; empty where there is nothing to do
 */
public record Finding(Level level, String check, String says, String advice) {
  /** How bad it is. */
  public enum Level {
    /** As it should be. */
    OK("ok"),
    /** Worth knowing; the cluster does what it promises. */
    NOTE("note"),
    /** Something does not work, or soon won't. */
    WRONG("wrong");

    private final String word;

    Level(String word) {
      this.word = word;
    }

    /** As it is printed. */
    public String word() {
      return word;
    }
  }

  static Finding ok(String check, String says) {
    return new Finding(Level.OK, check, says, "");
  }

  static Finding note(String check, String says, String advice) {
    return new Finding(Level.NOTE, check, says, advice);
  }

  static Finding wrong(String check, String says, String advice) {
    return new Finding(Level.WRONG, check, says, advice);
  }

  String json() {
    return "{\"level\":"
        + Json.quote(level.word())
        + ",\"check\":"
        + Json.quote(check)
        + ",\"says\":"
        + Json.quote(says)
        + ",\"advice\":"
        + Json.quote(advice)
        + "}";
  }
}
