package io.volute.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigFileTest {
  private static Settings settings(String text, String... flags) throws SettingsException {
    GivenSettings given = CommandLine.parse(List.of(flags)).given();
    return Settings.conclude(given, ConfigFile.parse("v.conf", text));
  }

  private static String refusal(String text, String... flags) {
    return assertThrows(SettingsException.class, () -> settings(text, flags)).getMessage();
  }

  @ParameterizedTest
  @CsvSource({"port = 7", "port=7", "port 7", "'  port\t=\t7  '", "port = 7 # why", "'port 7\r'"})
  void shouldReadValueWhenLineIsWrittenInAnyOfItsForms(String line) throws SettingsException {
    assertEquals(7, settings("# first\n\n" + line + "\n").port());
  }

  @Test
  void shouldReadWholeFileWhenItHasSeveralSettings() throws SettingsException {
    Settings settings =
        settings(
            "\uFEFF# a node\r\nlisten = localhost:1\r\nlisten ./v.sock\r\nclone\r\nudp = false");
    assertEquals(2, settings.listen().size());
    assertTrue(settings.cloneEveryKey());
    assertFalse(settings.plainDatagrams());
    assertTrue(settings.isGiven(SettingKeys.UDP));
  }

  @Test
  void shouldKeepHashSignWhenItIsWithinAValue() throws SettingsException {
    assertEquals("/data#1", settings("home = /data#1 # the first").home());
    assertEquals("a = b", settings("home = a = b").home());
  }

  @Test
  void shouldPreferFlagWhenFileGivesTheSameSetting() throws SettingsException {
    assertEquals(8, settings("port = 7", "--port", "8").port());
    assertEquals(7, settings("port = 7", "--home", "x").port());
    assertFalse(settings("clone", "--clone=false").cloneEveryKey());
    assertEquals(
        "[localhost:2]",
        settings("listen localhost:1\nlisten ./v.sock", "-l", "localhost:2").listen().toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "port = abc | v.conf:2: port 'abc': allowed is a number from 1 to 65535",
        "port | v.conf:2: port: needs a value, allowed is a number from 1 to 65535",
        "port = | v.conf:2: port '': allowed is a number from 1 to 65535",
        "prot = 1 | v.conf:2: 'prot': unknown, allowed are the flags of --help, written without"
            + " dashes",
        "--port 1 | v.conf:2: '--port': unknown, allowed are the flags of --help, written without"
            + " dashes",
        "p = 1 | v.conf:2: 'p': unknown, allowed are the flags of --help, written without dashes",
        "= 1 | v.conf:2: '= 1': allowed is name = value",
        "clone yes | v.conf:2: clone 'yes': allowed is true or false",
        "config = x | v.conf:2: config: a config file can't name another, allowed is the flag"
            + " --config",
      })
  void shouldNameFileLineAndRuleWhenLineIsRefused(String line, String expected) {
    assertEquals(expected, refusal("# comment\n" + line + "\nmirrors 1"));
  }

  @Test
  void shouldNameFileAndLineWhenSettingIsRepeatedOrClashes() {
    assertEquals("v.conf:2: port '8': given twice, allowed is once", refusal("port = 7\nport = 8"));
    assertEquals(
        "v.conf:1: bind '10.0.0.1': without --cluster-key allowed is loopback (localhost,"
            + " 127.0.0.0/8 or ::1), or anything with --insecure",
        refusal("bind = 10.0.0.1"));
  }

  @Test
  void shouldStayOnOneLineWhenFileNameHasLineBreak() {
    SettingsException refusal =
        assertThrows(SettingsException.class, () -> ConfigFile.parse("a\nb", "x"));
    assertTrue(refusal.getMessage().startsWith("a?b:1: 'x': unknown"), refusal.getMessage());
  }
}
