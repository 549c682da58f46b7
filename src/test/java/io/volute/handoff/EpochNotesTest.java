package io.volute.handoff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.exchange.StoredQueue;
import io.volute.identity.HostPort;
import io.volute.identity.MemberEntry;
import io.volute.identity.NodeId;
import io.volute.placement.Placements;
import io.volute.port.Store;
import io.volute.port.StoreException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class EpochNotesTest {
  private static final Placements.Kept THREE = epoch(false, "a", "b", "c");
  private static final Placements.Kept FOUR = epoch(false, "a", "b", "c", "d");
  private static final Placements.Kept FIVE = epoch(false, "a", "b", "c", "d", "e");
  private static final Placements.Kept ALONE = epoch(true, "d");
  private static final Placements.Kept NOBODY = epoch(false);

  private static final List<List<Placements.Kept>> HISTORY =
      List.of(
          List.of(THREE, FOUR),
          List.of(THREE, FOUR, FIVE),
          List.of(FIVE),
          List.of(ALONE, FOUR),
          List.of(FOUR, NOBODY));

  private final TreeMap<String, byte[]> disk = new TreeMap<>();
  private final Store store = cutAfter(Integer.MAX_VALUE);
  private long sequence;

  private static Placements.Kept epoch(boolean isBare, String... ids) {
    List<MemberEntry> members = Arrays.stream(ids).map(EpochNotesTest::member).toList();
    return new Placements.Kept(members, isBare);
  }

  private static MemberEntry member(String id) {
    Optional<String> zone = id.equals("b") ? Optional.of("far-away") : Optional.empty();
    return new MemberEntry(new NodeId(id), new HostPort("nowhere", 1), zone, 7);
  }

  /** With one epoch only there is nothing to go on with. */
  private static List<Placements.Kept> loaded(List<Placements.Kept> kept) {
    return kept.size() == 1 ? List.of() : kept;
  }

  private static EpochNotes notes(Store store) {
    return new EpochNotes(store, new StoredQueue());
  }

  @Test
  void shouldLoadWhatWasKeptLast() throws StoreException {
    assertEquals(List.of(), notes(store).load());
    for (List<Placements.Kept> epochs : HISTORY) {
      notes(store).keep(epochs);
      assertEquals(loaded(epochs), notes(store).load());
    }
  }

  @Test
  void shouldLeaveNothingBehindWhenNothingMovesAnyMore() throws StoreException {
    for (List<Placements.Kept> epochs : HISTORY) {
      notes(store).keep(epochs);
    }
    notes(store).keep(List.of(FIVE));
    assertEquals(List.of(), store.allNotes(""));
  }

  @Test
  void shouldHaveTheFormerEpochsOrTheNewOnesWhereverACrashCutsTheChanges() throws StoreException {
    List<Placements.Kept> former = List.of();
    for (List<Placements.Kept> next : HISTORY) {
      List<List<Placements.Kept>> either = List.of(former, loaded(next));
      for (int changes = 0; !isKeptWithin(changes, next); changes++) {
        List<Placements.Kept> found = notes(store).load();
        assertTrue(either.contains(found), () -> found + " is neither of " + either);
      }
      former = loaded(next);
      assertEquals(former, notes(store).load());
    }
  }

  @Test
  void shouldLoadWhatWasKeptAfterAnyNumberOfCrashes() throws StoreException {
    notes(store).keep(List.of(THREE, FOUR));
    for (int changes = 0; !isKeptWithin(changes, List.of(FOUR, FIVE)); changes++) {
      notes(store).keep(List.of(THREE, FIVE));
      assertEquals(List.of(THREE, FIVE), notes(store).load());
    }
    assertEquals(List.of(FOUR, FIVE), notes(store).load());
  }

  /** Whether so many changes of the store are enough; no more of them are made. */
  private boolean isKeptWithin(int changes, List<Placements.Kept> epochs) {
    EpochNotes notes = notes(cutAfter(changes));
    try {
      notes.keep(epochs);
      return true;
    } catch (StoreException e) {
      assertThrows(StoreException.class, () -> notes.keep(epochs), "it stays cut");
      return false;
    }
  }

  /** A store on the disk that takes the first changes only, as a power cut leaves it. */
  private Store cutAfter(int changes) {
    int[] left = {changes};
    return (Store)
        Proxy.newProxyInstance(
            Store.class.getClassLoader(),
            new Class<?>[] {Store.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "putNote" ->
                      change(left, () -> disk.put(key(arguments), content(arguments)));
                  case "removeNote" -> change(left, () -> disk.remove(key(arguments)));
                  case "note" -> Optional.ofNullable(disk.get(key(arguments)));
                  case "notes" -> page(key(arguments), (String) arguments[1]);
                  default -> InvocationHandler.invokeDefault(proxy, method, arguments);
                });
  }

  private static String key(Object[] arguments) {
    return (String) arguments[0];
  }

  private static byte[] content(Object[] arguments) {
    return (byte[]) arguments[1];
  }

  private long change(int[] left, Runnable change) throws StoreException {
    if (left[0]-- <= 0) {
      throw new StoreException("the power is off");
    }
    change.run();
    return ++sequence;
  }

  private List<String> page(String prefix, String after) {
    return disk.tailMap(after, false).keySet().stream()
        .filter(key -> key.startsWith(prefix))
        .toList();
  }
}
