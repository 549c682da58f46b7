package io.volute.settings;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the text of a config file: a setting a line, {@code name = value} or {@code name value},
 * with the names of the flags without their dashes. A switch may stand alone. A comment runs from a
 * {@code #} at the start of a line or after a blank to the end of the line.
 */
public final class ConfigFile {
  private static final Pattern LINE_BREAK = Pattern.compile("\r?\n");
  private static final Pattern COMMENT = Pattern.compile("(^|\\s)#.*");
  private static final Pattern SETTING = Pattern.compile("([^\\s=]+)(?:\\s*=\\s*|\\s+|$)(.*)");

  private final String fileName;
  private final GivenSettings.Reader reader = new GivenSettings.Reader();

  private ConfigFile(String fileName) {
    this.fileName = Quoted.fileName(fileName);
  }

  /**
   * Reads a whole file.
   *
   * @param fileName as messages name it
   */
  public static GivenSettings parse(String fileName, String text) throws SettingsException {
    ConfigFile file = new ConfigFile(fileName);
    String[] lines = LINE_BREAK.split(text.startsWith("\uFEFF") ? text.substring(1) : text, -1);
    for (int i = 0; i < lines.length; i++) {
      file.readLine(i + 1, COMMENT.matcher(lines[i]).replaceFirst("").strip());
    }
    return file.reader.conclude();
  }

  private void readLine(int number, String line) throws SettingsException {
    if (line.isEmpty()) {
      return;
    }
    String place = fileName + ":" + number + ": ";
    Matcher matcher = SETTING.matcher(line);
    if (!matcher.matches()) {
      throw new SettingsException(place + Quoted.text(line) + ": allowed is name = value");
    }
    String name = matcher.group(1);
    String value = matcher.group(2);
    SettingKey<?> key = keyNamed(place, name);
    boolean standsAlone = value.isEmpty() && line.equals(name);
    if (standsAlone && key.arity() != SettingKey.Arity.SWITCH) {
      throw new SettingsException(
          place + name + ": needs a value, allowed is " + key.form().allowed());
    }
    reader.read(key, place + name, standsAlone ? "true" : value);
  }

  private static SettingKey<?> keyNamed(String place, String name) throws SettingsException {
    if (name.equals(CommandLine.CONFIG)) {
      throw new SettingsException(
          place + name + ": a config file can't name another, allowed is the flag --config");
    }
    Optional<SettingKey<?>> key = SettingKeys.named(name);
    return key.orElseThrow(
        () ->
            new SettingsException(
                place
                    + Quoted.text(name)
                    + ": unknown, allowed are the flags of --help, written without dashes"));
  }
}
