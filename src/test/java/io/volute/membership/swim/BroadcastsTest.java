package io.volute.membership.swim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.identity.NodeId;
import java.util.List;
import org.junit.jupiter.api.Test;

class BroadcastsTest {
  private final Broadcasts<String> broadcasts = new Broadcasts<>(4);

  private void add(String subject, String news) {
    broadcasts.add(new NodeId(subject), news);
  }

  @Test
  void shouldTellEachPieceAsOftenAsTheClusterIsLarge() {
    add("a", "a is new");
    for (int i = 0; i < 8; i++) {
      assertEquals(List.of("a is new"), broadcasts.take(5, 50));
    }
    assertTrue(broadcasts.isEmpty());
  }

  @Test
  void shouldTellWhatWasToldLeastFirst() {
    add("a", "old");
    broadcasts.take(1, 9);
    add("b", "new");
    add("c", "newer");
    assertEquals(List.of("newer"), broadcasts.take(1, 9));
    assertEquals(List.of("new"), broadcasts.take(1, 9));
  }

  @Test
  void shouldTellOnlyTheNewestOfASubject() {
    add("a", "first");
    add("a", "second");
    assertEquals(1, broadcasts.size());
    assertEquals(List.of("second"), broadcasts.take(5, 9));
    broadcasts.forget(new NodeId("a"));
    assertTrue(broadcasts.isEmpty());
  }
}
