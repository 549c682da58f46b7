package io.volute.hashing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.record.Name;
import org.junit.jupiter.api.Test;

class PartitionsTest {
  @Test
  void shouldStayTheSameWhenTheProgramChanges() {
    // Any other value moves keys of running clusters.
    assertEquals(1024, Partitions.COUNT);
    assertEquals(841, Partitions.of(Name.of("a")));
    assertEquals(871, Partitions.of(Name.of("user:1")));
    assertEquals(55, Partitions.of(Name.of("ünï")));
    assertEquals(97, Partitions.of(Name.of("/../x")));
    assertEquals(821, Partitions.of(Name.of("k".repeat(1024))));
  }

  @Test
  void shouldFillEvenlyWhenNamesAreAlike() {
    int keys = 200 * Partitions.COUNT;
    int[] counts = new int[Partitions.COUNT];
    for (int i = 0; i < keys; i++) {
      counts[Partitions.of(Name.of("user:" + i))]++;
    }
    double chiSquare = 0;
    for (int count : counts) {
      chiSquare += (count - 200.0) * (count - 200.0) / 200.0;
    }
    // With 1023 degrees of freedom the deviation is 45; five of them to either side.
    assertTrue(chiSquare > 800 && chiSquare < 1250, "chi square " + chiSquare);
  }
}
