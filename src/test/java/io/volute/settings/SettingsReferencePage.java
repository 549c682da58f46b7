package io.volute.settings;

import java.util.Locale;

/** The text of {@code docs/reference/settings.md}, made from the table of settings. */
final class SettingsReferencePage {
  private static final String HEAD =
      """
      # Settings

      <!-- Made from the table in io.volute.settings; a test holds it equal. Don't edit by hand. -->

      Each setting is a flag of `voluted` and a line of the file that `--config FILE` names.

      - Flags: `--name value` or `--name=value`, some also `-n value`. A switch is just `--name`;
        `--name=false` turns off one that the file has turned on. A value that begins with a dash
        needs the form with `=`.
      - File: UTF-8, a setting a line, `name = value` or `name value`, without dashes before the
        name. A switch may stand alone. A `#` at the start of a line or after a blank starts a
        comment. A file can't name another one.
      - A flag takes the place of the same setting in the file; of a repeatable one it takes the
        place of all values there.
      - Durations have a unit: `250ms`, `2s`, `5m`, `1h`, `7d`. Sizes are bytes, or have `k`, `m`,
        `g` or `t` for powers of 1024: `64k`, `1g`.
      - `--help` prints a summary and `--version` the version.

      An unknown setting or a value that is not allowed ends the start with exit code 2 and one line
      that names the setting, the value and what is allowed, for the file also its name and line. So
      does a setting that this version knows but can't honour yet.
      """;

  private SettingsReferencePage() {}

  static String text() {
    StringBuilder page = new StringBuilder(HEAD);
    for (SettingKeys.Group group : SettingKeys.GROUPS) {
      page.append("\n## ").append(group.title()).append('\n');
      for (SettingKey<?> key : group.keys()) {
        append(page, key);
      }
    }
    return page.toString();
  }

  private static void append(StringBuilder page, SettingKey<?> key) {
    page.append("\n### `").append(key.name()).append("`\n\n");
    page.append(key.summary().substring(0, 1).toUpperCase(Locale.ROOT));
    page.append(key.summary().substring(1)).append(".\n\n");
    page.append("- Flag: `").append(key.flag());
    page.append(key.placeholder().isEmpty() ? "" : " " + key.placeholder()).append('`');
    key.shortForm().ifPresent(letter -> page.append(" or `-").append(letter).append('`'));
    page.append(key.arity() == SettingKey.Arity.MANY ? ", may be repeated\n" : "\n");
    boolean literal = !key.defaults().isEmpty();
    page.append("- Default: ").append(literal ? "`" + key.defaultText() + "`" : key.defaultText());
    page.append('\n');
    page.append("- Allowed: ").append(key.form().allowed()).append('\n');
    if (!key.form().unit().isEmpty()) {
      page.append("- Unit: ").append(key.form().unit()).append('\n');
    }
    key.notYet().ifPresent(why -> page.append("- **Not yet:** ").append(why).append('\n'));
    page.append('\n').append(wrapped(key.reason()));
  }

  private static String wrapped(String text) {
    StringBuilder out = new StringBuilder();
    int column = 0;
    for (String word : text.split(" ", -1)) {
      if (column > 0 && column + 1 + word.length() > 100) {
        out.append('\n');
        column = 0;
      }
      out.append(column == 0 ? "" : " ").append(word);
      column += word.length() + (column == 0 ? 0 : 1);
    }
    return out.append('\n').toString();
  }
}
