package io.volute.record;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.testing.Generator;
import io.volute.testing.Seeds;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NameTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"a", "/", "..", "../../etc/passwd", " ", "\u0000", "\n", "é", "\uFFFF", "😀"})
  void shouldBeANameWhenBytesAreUtf8(String text) {
    Name name = Name.of(text);
    assertEquals(text, name.toString());
    assertArrayEquals(text.getBytes(StandardCharsets.UTF_8), name.utf8());
    assertEquals(name, Name.of(text.getBytes(StandardCharsets.UTF_8)).orElseThrow());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "80", // a continuation without a start
        "c3", // a start without its continuation
        "c328", // a start with something else behind it
        "e282", // cut short
        "f09f98", // cut short
        "c080", // zero, overlong
        "c1bf", // overlong
        "e08080", // overlong
        "e09fbf", // overlong
        "f0808080", // overlong
        "f08fbfbf", // overlong
        "eda080", // a high surrogate
        "edbfbf", // a low surrogate
        "eda0bdedb880", // a pair of surrogates
        "f4908080", // beyond the last code point
        "f5808080", // no such start
        "f888808080", // no such start
        "fe", // never in UTF-8
        "ff", // never in UTF-8
        "61ff62", // in the middle
      })
  void shouldBeNoNameWhenBytesAreNotUtf8(String hex) {
    assertEquals(Optional.empty(), Name.of(HexFormat.of().parseHex(hex)));
  }

  @Test
  void shouldBoundTheBytesWhenNameIsEmptyOrLong() {
    assertEquals(Optional.empty(), Name.of(new byte[0]));
    assertEquals(1024, Name.of("x".repeat(1024)).sizeBytes());
    assertEquals(Optional.empty(), Name.of("x".repeat(1025).getBytes(StandardCharsets.UTF_8)));
    assertEquals(1024, Name.of("é".repeat(512)).sizeBytes());
    assertThrows(IllegalArgumentException.class, () -> Name.of("é".repeat(513)));
    assertThrows(IllegalArgumentException.class, () -> Name.of(""));
  }

  @Test
  void shouldRefuseTextWhenItIsNoUnicode() {
    assertThrows(IllegalArgumentException.class, () -> Name.of("a\uD800"));
    assertThrows(IllegalArgumentException.class, () -> Name.of("\uDC00\uD800"));
  }

  @Test
  void shouldOrderByCodePointWhenSorted() {
    // UTF-16 units would put the last but one behind the last.
    List<String> ordered = List.of("\u0000", "A", "a", "a\u0000", "ab", "é", "\uFFFD", "😀");
    List<Name> names = ordered.stream().map(Name::of).toList();
    List<Name> shuffled = new Generator(1).shuffled(names);
    assertEquals(names, shuffled.stream().sorted().toList());
  }

  @Test
  void shouldOrderLikeCodePointsWhenTextsAreRandom() {
    Seeds.check(
        2000,
        generator -> {
          String a = randomText(generator);
          String b = generator.chance(20) ? a : randomText(generator);
          int expected = Arrays.compare(a.codePoints().toArray(), b.codePoints().toArray());
          assertEquals(Integer.signum(expected), Integer.signum(Name.of(a).compareTo(Name.of(b))));
          assertEquals(a.equals(b), Name.of(a).equals(Name.of(b)));
        });
  }

  private static String randomText(Generator generator) {
    StringBuilder text = new StringBuilder("x");
    for (int i = generator.below(4); i > 0; i--) {
      int point = (int) generator.ofBits(20);
      boolean isSurrogate = point >= 0xD800 && point <= 0xDFFF;
      text.appendCodePoint(isSurrogate ? 'a' : point);
    }
    return text.toString();
  }

  @Test
  void shouldBeOfTheSystemWhenItHasThePrefix() {
    assertTrue(Name.of(".membership/").isSystem());
    assertTrue(Name.of(".membership/a").isSystem());
    assertFalse(Name.of(".membership").isSystem());
    assertFalse(Name.of("/.membership/a").isSystem());
    assertFalse(Name.of(".Membership/a").isSystem());
  }

  @Test
  void shouldStartWithAPrefixWhenItsBytesDo() {
    assertTrue(Name.of("ab").startsWith(new byte[0]));
    assertTrue(Name.of("ab").startsWith(new byte[] {'a', 'b'}));
    assertFalse(Name.of("ab").startsWith(new byte[] {'a', 'b', 'c'}));
    // Half of a character is a prefix as well.
    assertTrue(Name.of("é").startsWith(new byte[] {(byte) 0xC3}));
  }
}
