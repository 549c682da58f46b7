package io.volute.settings;

/**
 * A setting that can't be used. The message is one line that names the setting, the value and what
 * is allowed, fit to be shown as it is.
 */
public final class SettingsException extends Exception {
  private static final long serialVersionUID = 1L;

  public SettingsException(String line) {
    super(line);
    assert line.indexOf('\n') < 0 : line;
  }
}
