package io.volute.entropy;

import io.volute.exchange.Surroundings;
import io.volute.exchange.Timers;
import io.volute.hashing.SetDigest;
import io.volute.identity.NodeId;
import io.volute.message.Message;
import io.volute.message.Message.HeldKey;
import io.volute.port.Store.NamedVersions;
import io.volute.port.StoreException;
import io.volute.record.Mirrors;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.VersionSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Makes the keys whose names begin in some way the same here and at a peer, a page in the order of
 * names after the other. Hash trees know nothing of names, so both sides list theirs.
 */
public final class PrefixRepair {
  private static final int PAGE_KEYS = 256;

  /**
   * What became of a page.
   *
   * @param compared keys that either side holds and either is to keep
   * @param differing those that were not the same
   * @param unmended those that are not the same yet
   * @param next where to go on; empty at the end
   */
  public record Page(int compared, int differing, int unmended, Optional<Name> next) {}

  private final Surroundings around;
  private final KeyExchange exchange;

  public PrefixRepair(Surroundings around, KeyExchange.Keeper keeper) {
    this.around = around;
    this.exchange = new KeyExchange(around, keeper);
  }

  /**
   * Compares one page and exchanges what differs.
   *
   * @param whenOver is called once; with nothing when the peer did not answer in time
   */
  public void mend(
      NodeId peer, byte[] prefix, Optional<Name> after, Consumer<Optional<Page>> whenOver) {
    new One(peer, prefix, after, whenOver).start();
  }

  private final class One {
    private final NodeId peer;
    private final byte[] prefix;
    private final Optional<Name> after;
    private final Consumer<Optional<Page>> whenOver;
    private final PeerQuestions questions;
    private final KeyQueue keys;
    private final Map<Name, VersionSet> theirs = new TreeMap<>();
    private Timers.Timer deadline;
    private Optional<Name> next = Optional.empty();
    private int compared;
    private int differing;
    private int unmended;
    private int missing = 1;
    private boolean over;

    One(NodeId peer, byte[] prefix, Optional<Name> after, Consumer<Optional<Page>> whenOver) {
      this.peer = peer;
      this.prefix = prefix;
      this.after = after;
      this.whenOver = whenOver;
      this.questions = new PeerQuestions(around, peer);
      this.keys = new KeyQueue(exchange, peer);
    }

    void start() {
      long patience = 2 * around.tuning().operationDeadlineMillis();
      deadline = around.after(patience, () -> end(Optional.empty()));
      Value asked = Value.of(prefix);
      questions.ask(
          id -> new Message.ListHeld(id, asked, after, PAGE_KEYS),
          Message.Listed.class,
          this::onListed);
    }

    private void onListed(Message.Listed answer) {
      for (HeldKey key : answer.keys()) {
        theirs.put(key.name(), VersionSet.of(key.versions()));
      }
      if (answer.more() && !answer.keys().isEmpty()) {
        next = Optional.of(answer.keys().get(answer.keys().size() - 1).name());
      }
      Map<Name, VersionSet> mine = new TreeMap<>();
      List<NamedVersions> own;
      try {
        own = around.store().list(prefix, after, PAGE_KEYS);
      } catch (StoreException e) {
        end(Optional.empty());
        return;
      }
      own.forEach(key -> mine.put(key.name(), key.versions()));
      if (own.size() == PAGE_KEYS) {
        Name last = own.get(own.size() - 1).name();
        next = Optional.of(next.filter(earlier -> earlier.compareTo(last) < 0).orElse(last));
      }
      Map<Name, VersionSet> either = new TreeMap<>(theirs);
      either.putAll(mine);
      List<Name> toMend = new ArrayList<>();
      for (Name name : either.keySet()) {
        boolean within = next.isEmpty() || name.compareTo(next.get()) <= 0;
        VersionSet here = mine.getOrDefault(name, VersionSet.EMPTY);
        VersionSet there = theirs.getOrDefault(name, VersionSet.EMPTY);
        if (within && isShared(name, here, there)) {
          compared++;
          if (SetDigest.of(here) != SetDigest.of(there)) {
            toMend.add(name);
          }
        }
      }
      mendAll(toMend);
    }

    /** Whether either is to keep what the other may lack. */
    private boolean isShared(Name name, VersionSet here, VersionSet there) {
      Mirrors mirrors = here.merge(there).mirrors().orElse(around.defaultMirrors());
      boolean bring = !here.isEmpty() && around.placement().isOwner(peer, name, mirrors);
      boolean fetch = !there.isEmpty() && around.placement().isOwner(around.self(), name, mirrors);
      return bring || fetch;
    }

    private void mendAll(List<Name> names) {
      differing = names.size();
      for (Name name : names) {
        missing++;
        keys.add(
            name,
            outcome -> {
              unmended += outcome == KeyExchange.Outcome.EQUAL ? 0 : 1;
              oneLess();
            });
      }
      oneLess();
    }

    private void oneLess() {
      missing--;
      if (missing == 0) {
        end(Optional.of(new Page(compared, differing, unmended, next)));
      }
    }

    private void end(Optional<Page> page) {
      if (!over) {
        over = true;
        deadline.cancel();
        questions.giveUp();
        keys.giveUp();
        whenOver.accept(page);
      }
    }
  }
}
