package io.volute.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What people read about settings, against the table of settings. */
class SettingsTextsTest {
  private static final Path PAGE = Path.of("docs/reference/settings.md");

  @Test
  void shouldEqualTheTableWhenReferencePageIsRead() throws IOException {
    if (Boolean.getBoolean("volute.regenerate")) {
      Files.createDirectories(PAGE.getParent());
      Files.writeString(PAGE, SettingsReferencePage.text());
    }
    assertEquals(
        SettingsReferencePage.text(),
        Files.exists(PAGE) ? Files.readString(PAGE) : "",
        () ->
            PAGE
                + " is out of date; renew it with: mvn test -Dtest=SettingsTextsTest"
                + " -Dvolute.regenerate=true");
  }

  @Test
  void shouldNameEverySettingWhenHelpIsShown() {
    String help = HelpText.text();
    for (SettingKey<?> key : SettingKeys.all()) {
      assertTrue(help.contains(key.flag()), key.flag());
    }
    assertTrue(help.contains("-l, --listen ADDR"), help);
    assertTrue(help.endsWith("\n"), help);
    help.lines().forEach(line -> assertTrue(line.length() <= 96, line));
  }

  @Test
  void shouldBeDocumentedWhenSettingIsInTheTable() {
    for (SettingKey<?> key : SettingKeys.all()) {
      assertFalse(key.summary().isEmpty() || key.summary().endsWith("."), key.name());
      assertTrue(key.reason().length() > 60 && key.reason().endsWith("."), key.name());
      assertFalse(key.defaultText().isEmpty(), key.name());
    }
  }
}
