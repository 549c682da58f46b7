package io.volute.settings;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The settings that one source gives: read and each in its range, but not yet held against each
 * other. Made by {@link CommandLine} and {@link ConfigFile}; {@link Settings} concludes them.
 */
public final class GivenSettings {
  public static final GivenSettings NONE = new GivenSettings(Map.of());

  /**
   * One value.
   *
   * @param shown the setting and the value as messages name them, with file and line if any
   */
  record Given<T>(T value, String shown) {}

  private final Map<SettingKey<?>, List<Given<?>>> given;

  private GivenSettings(Map<SettingKey<?>, List<Given<?>>> given) {
    this.given = given;
  }

  boolean has(SettingKey<?> key) {
    return given.containsKey(key);
  }

  /** The values of a setting in the order in which they were given; empty when it was not. */
  <T> List<Given<T>> all(SettingKey<T> key) {
    List<Given<T>> values = new ArrayList<>();
    for (Given<?> one : given.getOrDefault(key, List.of())) {
      // The reader below put it there, by the form of this very key.
      @SuppressWarnings("unchecked")
      Given<T> typed = (Given<T>) one;
      values.add(typed);
    }
    return values;
  }

  /** These, and for settings that are not among them the others. */
  GivenSettings over(GivenSettings others) {
    Map<SettingKey<?>, List<Given<?>>> both = new LinkedHashMap<>(others.given);
    both.putAll(given);
    return new GivenSettings(both);
  }

  /** Reads settings one by one. */
  static final class Reader {
    private final Map<SettingKey<?>, List<Given<?>>> given = new LinkedHashMap<>();

    /**
     * Reads one value.
     *
     * @param label how this source calls the setting, with its place if it has one
     */
    <T> void read(SettingKey<T> key, String label, String text) throws SettingsException {
      String shown = label + " " + Quoted.text(text);
      T value =
          key.form()
              .read(text)
              .orElseThrow(
                  () -> new SettingsException(shown + ": allowed is " + key.form().allowed()));
      List<Given<?>> values = given.computeIfAbsent(key, missing -> new ArrayList<>());
      if (!values.isEmpty() && key.arity() != SettingKey.Arity.MANY) {
        throw new SettingsException(shown + ": given twice, allowed is once");
      }
      if (values.stream().anyMatch(earlier -> earlier.value().equals(value))) {
        throw new SettingsException(shown + ": given twice, allowed are different values");
      }
      values.add(new Given<>(value, shown));
    }

    GivenSettings conclude() {
      return new GivenSettings(given);
    }
  }
}
