package io.volute.watching;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.causal.CausalContext;
import io.volute.causal.Dot;
import io.volute.command.Answer;
import io.volute.identity.Actor;
import io.volute.identity.NodeId;
import io.volute.record.Mirrors;
import io.volute.record.Name;
import io.volute.record.Version;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecentChangesTest {
  private static final Version VERSION =
      new Version(
          new Dot(new Actor(new NodeId("a"), 1), 1),
          CausalContext.EMPTY,
          Version.Kind.VALUE,
          new Mirrors(3),
          0,
          Version.NEVER,
          "text/plain",
          1);

  private static List<Long> behind(RecentChanges changes, long after) {
    List<Long> numbers = new ArrayList<>();
    for (Answer.ChangeLine change : changes.behind(after)) {
      numbers.add(change.number());
    }
    return numbers;
  }

  @Test
  void shouldForgetTheOldestAndSaySo() {
    RecentChanges changes = new RecentChanges(3);
    assertTrue(changes.reaches(0));
    for (int i = 1; i <= 5; i++) {
      changes.add(Name.of("k" + i), VERSION);
    }
    assertEquals(5, changes.newest());
    assertEquals(List.of(3L, 4L, 5L), behind(changes, 2));
    assertEquals(List.of(5L), behind(changes, 4));
    assertEquals(List.of(), behind(changes, 5));
    assertFalse(changes.reaches(1), "number 2 is forgotten");
    assertFalse(changes.reaches(6), "there is no such place");
  }
}
