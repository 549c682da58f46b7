package io.volute.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueryParametersTest {
  private static final List<String> ALLOWED = List.of("name", "w", "ttl", "mirrors", "copies");

  @Test
  void shouldDecodeNamesAsBytes() throws Exception {
    assertEquals(Optional.of("a b&c=d/é"), parse("name=a+b%26c%3Dd/%c3%A9").text("name"));
    assertEquals(Optional.of("=="), parse("name===").text("name"));
    assertEquals(Optional.of("+"), parse("name=%2B").text("name"));
    assertEquals(Optional.of(""), parse("name").text("name"));
    assertArrayEquals(new byte[] {0, 1, -1}, parse("name=%00%01%FF").bytes("name").get());
  }

  @Test
  void shouldTakeUnescapedBytesAsTheyAre() throws Exception {
    String raw = new String("ключ".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    assertEquals(Optional.of("ключ"), parse("name=" + raw).text("name"));
  }

  @Test
  void shouldSkipEmptyPairs() throws Exception {
    QueryParameters query = parse("&&w=1&&name=x&");
    assertEquals(Optional.of("x"), query.text("name"));
    assertEquals(Optional.of("1"), query.text("w"));
    assertEquals(Optional.empty(), query.text("ttl"));
  }

  @ParameterizedTest
  @CsvSource({
    "name=%, parameter 'name' has a '%'",
    "name=a%4, parameter 'name' has a '%'",
    "name=%zz, parameter 'name' has a '%'",
    "name=%٤١, parameter 'name' has",
    "name=a&name=b, 'name' is given more than once",
    "nmae=a, 'unknown parameter ''nmae''; allowed: name, w'",
    "n%61me=a&name=b, 'name' is given more than once",
    "%=a, a parameter's name has a '%'",
  })
  void shouldNameWhatIsWrong(String query, String problem) {
    BadRequestException refused = assertThrows(BadRequestException.class, () -> parse(query));
    assertTrue(
        refused.getMessage().contains(problem.replaceAll("^'|'$", "").replace("''", "'")),
        refused.getMessage());
  }

  @Test
  void shouldRefuseTextThatIsNotUtf8() throws Exception {
    for (String bytes : new String[] {"%ff", "%c0%80", "%ed%a0%80", "a%c3", "%f5%80%80%80"}) {
      QueryParameters query = parse("name=" + bytes);
      assertThrows(BadRequestException.class, () -> query.text("name"), bytes);
      assertThrows(BadRequestException.class, () -> CommandReader.name(query), bytes);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "250ms, 250",
    "2s, 2000",
    "3m, 180000",
    "1h, 3600000",
    "7d, 604800000",
    "36500d, 3153600000000",
  })
  void shouldReadDurations(String text, long millis) throws Exception {
    assertEquals(millis, CommandReader.timeToLiveMillis(parse("ttl=" + text)));
  }

  @ParameterizedTest
  @CsvSource({
    "ttl=0s",
    "ttl=2",
    "ttl=s",
    "ttl=-1s",
    "ttl=1w",
    "ttl=36501d",
    "ttl=",
    "ttl=999999999999d",
    "w=0",
    "w=256",
    "w=most",
    "w=",
    "w=1x",
    "w=99999999999",
    "mirrors=-1",
    "mirrors=256",
    "mirrors=two",
    "mirrors=1&copies=2",
    "copies=x",
  })
  void shouldRefuseValuesThatAreNotAllowed(String query) throws Exception {
    QueryParameters parsed = parse(query);
    BadRequestException refused =
        assertThrows(
            BadRequestException.class,
            () -> {
              CommandReader.timeToLiveMillis(parsed);
              CommandReader.level(parsed, "w");
              CommandReader.mirrors(parsed);
            });
    assertTrue(refused.getMessage().matches(".*(allowed|give one).*"), refused.getMessage());
  }

  private static QueryParameters parse(String query) throws BadRequestException {
    return QueryParameters.parse(query, ALLOWED);
  }
}
