package io.volute.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Holds the tables of {@code docs/internals/wire.md} equal to the code. */
class WirePageTest {
  private static final Path PAGE = Path.of("docs/internals/wire.md");

  @Test
  void shouldListEveryMessageWithItsNumberAndFields() throws Exception {
    List<String> expected = new ArrayList<>();
    for (MessageKind kind : MessageKind.values()) {
      String fields =
          Arrays.stream(kind.type().getRecordComponents())
              .map(RecordComponent::getName)
              .collect(Collectors.joining(", "));
      expected.add(row(MessageKind.TABLE.number(kind), kind.type().getSimpleName(), fields));
    }
    assertEquals(expected, rowsUnder("| number | message | fields |"));
  }

  @Test
  void shouldListEveryNumberInsideMessages() throws Exception {
    List<NumberTable<?>> tables =
        List.of(
            Numbers.CHANGES,
            Numbers.ANSWERS,
            Numbers.CONDITIONS,
            Numbers.LEVELS,
            Numbers.VERSION_KINDS,
            Numbers.REASONS,
            Numbers.OUTCOMES,
            Numbers.ROLES,
            Numbers.STAGES);
    List<String> expected = new ArrayList<>();
    for (NumberTable<?> table : tables) {
      table
          .asMap()
          .forEach((constant, number) -> expected.add(row(table.what(), number, constant)));
    }
    assertEquals(expected, rowsUnder("| table | number | meaning |"));
  }

  @Test
  void shouldListEveryBound() throws Exception {
    List<String> expected = new ArrayList<>();
    for (Field field : WireLimits.class.getDeclaredFields()) {
      if (Modifier.isPublic(field.getModifiers())) {
        expected.add(row(field.getName(), field.get(null)));
      }
    }
    assertEquals(expected, rowsUnder("| bound | limit |"));
  }

  private static String row(Object... cells) {
    return Arrays.stream(cells)
        .map(Object::toString)
        .collect(Collectors.joining(" | ", "| ", " |"));
  }

  private static List<String> rowsUnder(String heading) throws Exception {
    List<String> lines = Files.readAllLines(PAGE);
    int first = lines.indexOf(heading) + 2;
    return lines.subList(first, lines.size()).stream()
        .takeWhile(line -> line.startsWith("|"))
        .toList();
  }
}
