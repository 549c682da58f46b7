package io.volute.entropy;

import io.volute.exchange.Surroundings;
import io.volute.hashing.SetDigest;
import io.volute.identity.NodeId;
import io.volute.message.Message;
import io.volute.message.Message.KeyDigest;
import io.volute.port.Store.NamedVersions;
import io.volute.port.StoreException;
import io.volute.record.Mirrors;
import io.volute.record.Name;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Compares all keys that a follower follows with it, a page after the other. What it follows is no
 * range of mirror counts, so the hash trees of the two don't match; the cost follows the number of
 * keys.
 */
final class FollowerSweep {
  private static final byte[] NO_PREFIX = {};

  /** Names are long at most, so a page is also closed by its bytes. */
  private static final int PAGE_BYTES = 24 * 1024;

  private static final long NO_ROOM_MILLIS = 20;

  private final Surroundings around;
  private final PeerQuestions questions;
  private final KeyQueue keys;
  private final NodeId peer;
  private final Consumer<KeyExchange.Outcome> whenOver;
  private Optional<Name> after = Optional.empty();
  private KeyExchange.Outcome outcome = KeyExchange.Outcome.EQUAL;
  private int missing;

  FollowerSweep(
      Surroundings around,
      KeyExchange exchange,
      NodeId peer,
      Consumer<KeyExchange.Outcome> whenOver) {
    this.around = around;
    this.questions = new PeerQuestions(around, peer);
    this.keys = new KeyQueue(exchange, peer);
    this.peer = peer;
    this.whenOver = whenOver;
  }

  void start() {
    // Not at once: who begins it notes first that it is under way.
    questions.after(0, this::page);
  }

  void giveUp() {
    questions.giveUp();
    keys.giveUp();
  }

  private void page() {
    if (!around.wire().hasRoom(peer)) {
      questions.after(NO_ROOM_MILLIS, this::page);
      return;
    }
    List<NamedVersions> page = List.of();
    try {
      if (around.bringsKeysTo(peer)) {
        page = around.store().list(NO_PREFIX, after, around.tuning().sweepPageKeys());
      }
    } catch (StoreException e) {
      // The store has said so itself; the next sweep may find the names whole.
      outcome = KeyExchange.Outcome.FAILED;
    }
    if (page.isEmpty()) {
      questions.giveUp();
      whenOver.accept(outcome);
      return;
    }
    List<KeyDigest> digests = new ArrayList<>();
    int bytes = 0;
    for (NamedVersions key : page) {
      if (bytes > PAGE_BYTES) {
        break;
      }
      after = Optional.of(key.name());
      Mirrors mirrors = key.versions().mirrors().orElse(around.defaultMirrors());
      if (around.isKeptBy(peer, key.name(), mirrors)) {
        bytes += key.name().sizeBytes() + 16;
        digests.add(new KeyDigest(key.name(), SetDigest.of(key.versions())));
      }
    }
    if (digests.isEmpty()) {
      questions.after(0, this::page);
    } else {
      questions.ask(
          id -> new Message.Compare(id, digests), Message.Differing.class, this::onDiffering);
    }
  }

  private void onDiffering(Message.Differing answer) {
    // One more than are missing, so that what is done at once can't end it early.
    missing = 1 + answer.names().size();
    for (Name name : answer.names()) {
      keys.add(
          name,
          one -> {
            outcome = outcome.worst(one);
            oneLess();
          });
    }
    oneLess();
  }

  private void oneLess() {
    missing--;
    if (missing == 0) {
      page();
    }
  }
}
