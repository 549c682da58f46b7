package io.volute.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandLineTest {
  private static CommandLine parse(String... arguments) throws SettingsException {
    return CommandLine.parse(Arrays.asList(arguments));
  }

  private static Settings settings(String... arguments) throws SettingsException {
    return Settings.conclude(parse(arguments).given(), GivenSettings.NONE);
  }

  private static String refusal(String... arguments) {
    return assertThrows(SettingsException.class, () -> settings(arguments)).getMessage();
  }

  @Test
  void shouldReadValueWhenFlagIsWrittenInAnyOfItsForms() throws SettingsException {
    assertEquals(7, settings("--port", "7").port());
    assertEquals(7, settings("--port=7").port());
    assertEquals(7, settings("-p", "7").port());
    assertEquals(7, settings("-p=7").port());
  }

  @Test
  void shouldKeepOrderWhenFlagIsRepeated() throws SettingsException {
    List<ListenAddress> addresses =
        settings("-l", "localhost:1", "--listen=./v.sock", "-l", "[::1]:2").listen();
    assertEquals(
        List.of("localhost:1", "./v.sock", "[::1]:2"),
        addresses.stream().map(Object::toString).toList());
  }

  @Test
  void shouldTakeNoValueWhenFlagIsSwitch() throws SettingsException {
    assertTrue(settings("-c", "--port", "7").cloneEveryKey());
    assertTrue(settings("--clone=true").cloneEveryKey());
    assertFalse(settings("--clone=false").cloneEveryKey());
    assertEquals("argument 'true': allowed are only flags, see --help", refusal("--clone", "true"));
  }

  @Test
  void shouldKeepEqualsSignsWhenTheyBelongToTheValue() throws SettingsException {
    assertEquals("a=b", settings("--home=a=b").home());
    assertEquals("a=b", settings("--home", "a=b").home());
  }

  @Test
  void shouldStopReadingWhenHelpOrVersionIsAskedFor() throws SettingsException {
    assertEquals(CommandLine.Purpose.SHOW_HELP, parse("--port", "7", "--help", "x").purpose());
    assertEquals(CommandLine.Purpose.SHOW_VERSION, parse("--version", "--bogus").purpose());
    assertEquals(CommandLine.Purpose.RUN, parse().purpose());
  }

  @Test
  void shouldHandOverConfigFileWhenItIsNamed() throws SettingsException {
    assertEquals(Optional.of("a.conf"), parse("--config", "a.conf").configFile());
    assertEquals(Optional.of("a.conf"), parse("--config=a.conf", "-c").configFile());
    assertEquals(Optional.empty(), parse("-c").configFile());
    assertEquals("--config 'b': given twice, allowed is once", refusal("--config=a", "--config=b"));
    assertEquals("--config: needs a value, see --help", refusal("--config"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--port abc | --port 'abc': allowed is a number from 1 to 65535",
        "-p 0 | --port '0': allowed is a number from 1 to 65535",
        "--port | --port: needs a value, see --help",
        "--port --clone | --port '--clone': needs a value; allowed with a dash is --port=",
        "--port 1 -p 2 | --port '2': given twice, allowed is once",
        "-l a:1 -l a:1 | --listen 'a:1': given twice, allowed are different values",
        "--prot 7 | flag '--prot': unknown, allowed are those of --help",
        "--prot=7 | flag '--prot': unknown, allowed are those of --help",
        "-x | flag '-x': unknown, allowed are those of --help",
        "-p7 | flag '-p7': unknown, allowed are those of --help",
        "- | flag '-': unknown, allowed are those of --help",
        "-- | flag '--': unknown, allowed are those of --help",
        "7 | argument '7': allowed are only flags, see --help",
        "--clone=maybe | --clone 'maybe': allowed is true or false",
        "--mirrors 256 | --mirrors '256': allowed is a number from 0 to 255",
        "--store disk | --store 'disk': allowed is log, rocksdb or ram",
        "--fsync 2 | --fsync '2': allowed is always, never, or a duration from 1ms to 1h",
        "--role boss | --role 'boss': allowed is member, follower or proxy",
        "--home= | --home '': allowed is a path of 1 to 4096 bytes",
        "--bind 10.0.0.1:7 | --bind '10.0.0.1:7': allowed is a host name or address, without a port"
      })
  void shouldNameFlagValueAndRuleWhenArgumentIsRefused(String arguments, String line) {
    assertEquals(line, refusal(arguments.split(" ", -1)));
  }

  @Test
  void shouldStayOnOneLineWhenValueHasControlCharacters() {
    assertEquals(
        "--port '7??[31m': allowed is a number from 1 to 65535",
        refusal("--port", "7\n\u001b[31m"));
    assertTrue(refusal("--port", "9".repeat(100_000)).length() < 200);
  }
}
