package io.volute.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.record.Name;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KeyTableTest {
  private final KeyTable<String> table = new KeyTable<>();

  @Test
  void shouldFindWhatWasPutLast() {
    assertTrue(table.put(Name.of("key"), "first"));
    assertFalse(table.put(Name.of("key"), "second"));
    assertEquals("second", table.getOrDefault(Name.of("key"), "nothing"));
    assertEquals("nothing", table.getOrDefault(Name.of("other"), "nothing"));
    assertEquals(1, table.size());
  }

  @Test
  void shouldForgetWhatIsRemovedAndNothingElse() {
    table.put(Name.of("kept"), "here");
    table.put(Name.of("key"), "gone");
    assertEquals(Optional.of("gone"), table.remove(Name.of("key")));
    assertEquals(Optional.empty(), table.remove(Name.of("key")));
    assertEquals("nothing", table.getOrDefault(Name.of("key"), "nothing"));
    assertEquals("here", table.getOrDefault(Name.of("kept"), "nothing"));
    assertEquals(1, table.size());
  }

  @Test
  void shouldTellNamesOfTheSameHashApart() {
    assertEquals(Name.of("Aa").hashCode(), Name.of("BB").hashCode());
    table.put(Name.of("Aa"), "one");
    table.put(Name.of("BB"), "other");
    assertEquals("one", table.getOrDefault(Name.of("Aa"), "nothing"));
    assertEquals("other", table.getOrDefault(Name.of("BB"), "nothing"));
    assertEquals(2, table.size());
  }
}
