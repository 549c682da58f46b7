package io.volute.settings;

import java.util.Optional;

/**
 * Settings that a program gives, for a node inside it: the names are those of the flags, without
 * dashes, and so are the forms of the values. For one thread.
 */
public final class SettingsBuilder {
  private final GivenSettings.Reader reader = new GivenSettings.Reader();

  /**
   * Gives one value; again for another value of a setting that may have several.
   *
   * @param name such as {@code listen} or {@code home}
   * @param value as on a command line; {@code true} or {@code false} for a switch
   * @throws SettingsException names the setting, the value and what is allowed
   */
  public SettingsBuilder set(String name, String value) throws SettingsException {
    Optional<SettingKey<?>> key = SettingKeys.named(name);
    if (key.isEmpty()) {
      throw new SettingsException(
          "setting " + Quoted.text(name) + ": unknown, allowed are the flags without dashes");
    }
    reader.read(key.get(), "setting " + name, value);
    return this;
  }

  /**
   * Concludes them.
   *
   * @throws SettingsException when they don't go together, or this version can't honour one
   */
  public Settings build() throws SettingsException {
    Settings settings = Settings.conclude(reader.conclude(), GivenSettings.NONE);
    settings.requireHonoured();
    return settings;
  }
}
