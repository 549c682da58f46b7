package io.volute.cli.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShownTest {
  @Test
  void shouldShowANameAsItIsWhenItSteersNothing() {
    assertEquals("a/b ä€🐚\"", Shown.name("a/b ä€🐚\""));
  }

  @Test
  void shouldEscapeWhatSteersATerminalWhenANameHasIt() {
    assertEquals(
        "a\\n\\u001b[31m\\\\\\u007f\\u009b\\u202e", Shown.name("a\n\033[31m\\\u007f\u009b\u202e"));
  }

  @Test
  void shouldKeepAMessageToOneHarmlessLine() {
    assertEquals("bad ?[2J name", Shown.message("  bad \033[2J name\r\nmore"));
    assertEquals("", Shown.message(""));
    assertEquals(1001, Shown.message("x".repeat(5000)).length());
  }

  @Test
  void shouldQuoteJson() {
    assertEquals("\"a\\\"\\\\\\n\\u0000/ä\"", Json.quote("a\"\\\n\0/ä"));
  }

  @Test
  void shouldReadDurations() {
    assertEquals(Duration.ofMillis(250), Durations.parse("250ms"));
    assertEquals(Duration.ofSeconds(2), Durations.parse("2s"));
    assertEquals(Duration.ofMinutes(3), Durations.parse("3m"));
    assertEquals(Duration.ofHours(1), Durations.parse("1h"));
    assertEquals(Duration.ofDays(365), Durations.parse("365d"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1", "s", "-1s", "1.5s", "1 s", "366d", "9999999999999s", "1w"})
  void shouldRefuseWhenADurationIsNone(String text) {
    assertThrows(IllegalArgumentException.class, () -> Durations.parse(text));
  }
}
