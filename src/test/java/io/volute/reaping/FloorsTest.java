package io.volute.reaping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.causal.CausalContext;
import io.volute.causal.Dot;
import io.volute.exchange.StoredQueue;
import io.volute.identity.Actor;
import io.volute.identity.HostPort;
import io.volute.identity.MemberEntry;
import io.volute.identity.NodeId;
import io.volute.placement.Placements;
import io.volute.port.Clock;
import io.volute.port.StoreException;
import io.volute.record.Mirrors;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import io.volute.storage.RamStore;
import io.volute.storage.StoreListener;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FloorsTest {
  private static final Name NAME = Name.of("k");
  private static final Actor SELF = new Actor(new NodeId("a"), 7);

  private static final Clock CLOCK =
      new Clock() {
        @Override
        public long monotonicMillis() {
          return 1000;
        }

        @Override
        public long wallMillis() {
          return 1_700_000_000_000L;
        }
      };

  private static final StoreListener NOBODY =
      new StoreListener() {
        @Override
        public void onStored(long sequence) {}

        @Override
        public void onCompletion() {}

        @Override
        public void onDamaged(Name name, Dot dot) {}

        @Override
        public void onStorePaused(String reason) {}

        @Override
        public void onStoreFailed(String reason) {}
      };

  /** Issues what it is given. */
  private static final class Issuer implements Floors.Dots {
    private Optional<Dot> next = Optional.empty();

    @Override
    public Actor actor() {
      return SELF;
    }

    @Override
    public long issued() {
      return 0;
    }

    @Override
    public Optional<Dot> next() {
      return next;
    }
  }

  private final RamStore store = new RamStore(1 << 20, NOBODY);
  private final Issuer issuer = new Issuer();
  private final Floors floors =
      new Floors(
          CLOCK,
          store,
          new StoredQueue(),
          new Placements(
              List.of(new MemberEntry(SELF.node(), new HostPort("a", 1), Optional.empty(), 1)),
              false));

  FloorsTest() {
    floors.use(issuer);
  }

  private Version put(String node) throws StoreException {
    Dot dot = new Dot(new Actor(new NodeId(node), 1), 1);
    Version version =
        new Version(
            dot, CausalContext.EMPTY, Version.Kind.VALUE, new Mirrors(3), 0, Version.NEVER, "", 1);
    store.put(NAME, version, Value.of("v"), store.versions(NAME).with(version));
    return version;
  }

  @Test
  void shouldSayThatNothingIsGivenUpWhileNoDotCanBeIssued() throws StoreException {
    Version refused = put("b");
    Version sibling = put("c");
    assertFalse(floors.giveUp(NAME, List.of(refused)));
    assertEquals(VersionSet.of(List.of(refused, sibling)), store.versions(NAME));

    Dot dot = new Dot(SELF, 1);
    issuer.next = Optional.of(dot);
    assertTrue(floors.giveUp(NAME, List.of(refused)));
    VersionSet left = store.versions(NAME);
    assertEquals(2, left.asList().size());
    assertTrue(left.find(sibling.dot()).isPresent());
    assertTrue(left.find(dot).orElseThrow().isTombstone());
  }

  @Test
  void shouldForgetAKeyOfWhichAllIsRefused() throws StoreException {
    Version refused = put("b");
    assertTrue(floors.giveUp(NAME, List.of(refused)));
    assertTrue(store.versions(NAME).isEmpty());
    assertTrue(floors.giveUp(NAME, List.of(refused)), "it is gone already");
  }
}
