package io.volute.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TimersTest {
  private final Timers timers = new Timers();
  private final List<String> ran = new ArrayList<>();

  private Timers.Timer set(long atMillis, String name) {
    return timers.at(atMillis, () -> ran.add(name));
  }

  @Test
  void shouldRunInTheOrderOfTimesThenOfSetting() {
    set(20, "late");
    set(10, "first");
    set(10, "second");
    assertEquals(10, timers.nextAtMillis());
    assertEquals(2, timers.runDue(19));
    assertEquals(List.of("first", "second"), ran);
    assertEquals(20, timers.nextAtMillis());
  }

  @Test
  void shouldForgetWhatIsCancelledWhereverItStands() {
    Timers.Timer first = set(10, "first");
    set(10, "second");
    Timers.Timer third = set(10, "third");
    set(10, "fourth");
    Timers.Timer last = set(10, "last");
    List.of(first, third, last, third).forEach(Timers.Timer::cancel);
    timers.runDue(10);
    assertEquals(List.of("second", "fourth"), ran);
    assertEquals(Long.MAX_VALUE, timers.nextAtMillis());
  }

  @Test
  void shouldUseMomentAgainAfterItsLastTimerWasCancelled() {
    Timers.Timer gone = set(10, "gone");
    gone.cancel();
    assertEquals(Long.MAX_VALUE, timers.nextAtMillis());
    set(10, "again");
    gone.cancel();
    set(10 + 16, "of the same place");
    timers.runDue(100);
    assertEquals(List.of("again", "of the same place"), ran);
  }

  @Test
  void shouldRunWhatIsSetForNowAtTheNextCallOnly() {
    timers.at(10, () -> set(10, "again"));
    set(11, "other");
    assertEquals(1, timers.runDue(11), "the new one comes first, and not yet");
    assertEquals(2, timers.runDue(11));
    assertEquals(List.of("again", "other"), ran);
  }

  @Test
  void shouldCancelWhatIsDueInTheSameCall() {
    Timers.Timer[] second = new Timers.Timer[1];
    timers.at(10, () -> second[0].cancel());
    second[0] = set(10, "cancelled");
    set(10, "third");
    timers.runDue(10);
    assertEquals(List.of("third"), ran);
  }

  @Test
  void shouldAgreeWithAPlainListWhateverIsSetAndCancelled() {
    Random random = new Random(42);
    TreeMap<Integer, Long> model = new TreeMap<>();
    TreeMap<Integer, Timers.Timer> handles = new TreeMap<>();
    List<Integer> expected = new ArrayList<>();
    List<Integer> seen = new ArrayList<>();
    for (int i = 0; i < 5000; i++) {
      int number = i;
      long now = (long) i / 10;
      long at = now + random.nextInt(40);
      handles.put(number, timers.at(at, () -> seen.add(number)));
      model.put(number, at);
      int other = random.nextInt(i + 1);
      if (random.nextInt(3) > 0) {
        handles.get(other).cancel();
        model.remove(other);
      }
      model.entrySet().stream()
          .filter(entry -> entry.getValue() <= now)
          .sorted(
              Comparator.comparingLong(entry -> entry.getValue() * 10_000L + (long) entry.getKey()))
          .forEach(entry -> expected.add(entry.getKey()));
      model.values().removeIf(due -> due <= now);
      timers.runDue(now);
      assertEquals(expected, seen);
      long next = model.values().stream().mapToLong(due -> due).min().orElse(Long.MAX_VALUE);
      assertEquals(next, timers.nextAtMillis());
      expected.clear();
      seen.clear();
    }
  }
}
