package io.volute.client.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.volute.client.json.JsonReader.Token;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonReaderTest {
  private static JsonReader reader(String json) {
    return new JsonReader(new ByteArrayInputStream(json.getBytes(UTF_8)));
  }

  private static List<String> tokens(String json) throws IOException {
    JsonReader reader = reader(json);
    List<String> tokens = new ArrayList<>();
    for (Token token = reader.next(); token != Token.END; token = reader.next()) {
      boolean hasText = token == Token.NAME || token == Token.STRING || token == Token.LITERAL;
      tokens.add(hasText ? token + " " + reader.text() : token.toString());
    }
    return tokens;
  }

  @Test
  void shouldReadEveryKindOfValue() throws IOException {
    assertEquals(
        List.of(
            "BEGIN_OBJECT",
            "NAME a",
            "BEGIN_ARRAY",
            "LITERAL 1",
            "LITERAL -2.5E+3",
            "STRING ",
            "BEGIN_OBJECT",
            "END_OBJECT",
            "BEGIN_ARRAY",
            "END_ARRAY",
            "END_ARRAY",
            "NAME ",
            "LITERAL null",
            "END_OBJECT"),
        tokens(" {\"a\" : [1, -2.5E+3,\"\",{},[ ]],\n\"\":null}\n"));
    assertEquals(List.of("STRING x"), tokens("\"x\""));
  }

  @Test
  void shouldReadEveryEscape() throws IOException {
    assertEquals(
        List.of("STRING \"\\/\b\f\n\r\tä🐚€"),
        tokens("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e4\\uD83D\\uDC1A€\""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "{]",
        "[}",
        "[1 2]",
        "[,]",
        "{\"a\"}",
        "{\"a\" 1}",
        "{a:1}",
        "{\"a\":}",
        "{\"a\":1 \"b\":2}",
        "{\"a\":1,}",
        "\"abc",
        "\"\\x\"",
        "\"\\u12\"",
        "\"a\nb\"",
        "1 2",
        "]",
        "<html>"
      })
  void shouldRefuseWhenTextIsNotJson(String text) {
    assertThrows(MalformedJsonException.class, () -> tokens(text));
  }

  @Test
  void shouldRefuseWhenItIsTooDeepOrTooLong() {
    assertThrows(MalformedJsonException.class, () -> tokens("[".repeat(100_000)));
    String endless = "\"" + "x".repeat(2_000_000) + "\"";
    assertThrows(MalformedJsonException.class, () -> tokens(endless));
  }
}
