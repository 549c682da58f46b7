package io.volute.settings;

import java.util.List;
import java.util.Optional;

/**
 * What the daemon's command line asks for.
 *
 * <p>A flag is {@code --name value}, {@code --name=value}, or for some {@code -n value}; a switch
 * is {@code --name}, or {@code --name=false} where a config file has turned it on. {@code --help}
 * and {@code --version} end the reading.
 *
 * @param purpose what to do
 * @param given the settings that the flags give
 * @param configFile the file to read more settings from
 */
public record CommandLine(Purpose purpose, GivenSettings given, Optional<String> configFile) {
  /** What a start of the program is for. */
  public enum Purpose {
    RUN,
    SHOW_HELP,
    SHOW_VERSION
  }

  static final String CONFIG = "config";

  /** Reads the arguments of the program. */
  public static CommandLine parse(List<String> arguments) throws SettingsException {
    GivenSettings.Reader reader = new GivenSettings.Reader();
    Optional<String> configFile = Optional.empty();
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      int equals = argument.indexOf('=');
      String flag = equals < 0 ? argument : argument.substring(0, equals);
      Optional<String> attached =
          equals < 0 ? Optional.empty() : Optional.of(argument.substring(equals + 1));
      if (argument.equals("--help")) {
        return new CommandLine(Purpose.SHOW_HELP, GivenSettings.NONE, Optional.empty());
      }
      if (argument.equals("--version")) {
        return new CommandLine(Purpose.SHOW_VERSION, GivenSettings.NONE, Optional.empty());
      }
      if (flag.equals("--" + CONFIG)) {
        i += attached.isPresent() ? 0 : 1;
        configFile = Optional.of(configFile(configFile, valueOf(flag, attached, arguments, i)));
        continue;
      }
      SettingKey<?> key = keyOf(flag, argument);
      if (key.arity() == SettingKey.Arity.SWITCH) {
        reader.read(key, key.flag(), attached.orElse("true"));
        continue;
      }
      i += attached.isPresent() ? 0 : 1;
      reader.read(key, key.flag(), valueOf(key.flag(), attached, arguments, i));
    }
    return new CommandLine(Purpose.RUN, reader.conclude(), configFile);
  }

  private static SettingKey<?> keyOf(String flag, String argument) throws SettingsException {
    Optional<SettingKey<?>> key = Optional.empty();
    if (flag.startsWith("--")) {
      key = SettingKeys.named(flag.substring(2));
    } else if (flag.length() == 2 && flag.charAt(0) == '-') {
      key = SettingKeys.withShortForm(flag.charAt(1));
    }
    return key.orElseThrow(
        () ->
            argument.startsWith("-")
                ? new SettingsException(
                    "flag " + Quoted.text(flag) + ": unknown, allowed are those of --help")
                : new SettingsException(
                    "argument " + Quoted.text(argument) + ": allowed are only flags, see --help"));
  }

  /** The value behind the equals sign, or the argument at this index. */
  private static String valueOf(
      String flag, Optional<String> attached, List<String> arguments, int index)
      throws SettingsException {
    if (attached.isPresent()) {
      return attached.get();
    }
    if (index >= arguments.size()) {
      throw new SettingsException(flag + ": needs a value, see --help");
    }
    String value = arguments.get(index);
    if (value.startsWith("-")) {
      // It is far more often a forgotten value than one that begins with a dash.
      throw new SettingsException(
          flag
              + " "
              + Quoted.text(value)
              + ": needs a value; allowed with a dash is "
              + flag
              + "=");
    }
    return value;
  }

  private static String configFile(Optional<String> earlier, String path) throws SettingsException {
    String shown = "--" + CONFIG + " " + Quoted.text(path);
    if (earlier.isPresent()) {
      throw new SettingsException(shown + ": given twice, allowed is once");
    }
    ValueForm<String> form = ValueForm.path();
    return form.read(path)
        .orElseThrow(() -> new SettingsException(shown + ": allowed is " + form.allowed()));
  }
}
