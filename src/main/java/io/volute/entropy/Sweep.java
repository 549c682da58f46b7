package io.volute.entropy;

import io.volute.exchange.Surroundings;
import io.volute.hashing.SetDigest;
import io.volute.identity.NodeId;
import io.volute.message.Message;
import io.volute.message.Message.KeyDigest;
import io.volute.port.Store.NamedVersions;
import io.volute.record.Mirrors;
import io.volute.record.Name;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Compares this node's keys with one peer, a page after the other; one page is under way at a time.
 */
final class Sweep {
  /** Keys of a page that are exchanged at the same time. */
  private static final int WINDOW = 16;

  private static final long AGAIN_MILLIS = 1000;

  private static final byte[] NO_PREFIX = {};

  /** Names are long at most, so a page is also closed by its bytes. */
  private static final int PAGE_BYTES = 24 * 1024;

  private final Surroundings around;
  private final KeyExchange exchange;
  private final NodeId peer;
  private final LongConsumer onSwept;
  private final ArrayDeque<Name> differing = new ArrayDeque<>();
  private Optional<Name> after = Optional.empty();
  private boolean wanted;

  /** Whether a key could not be made the same: then the whole is done again. */
  private boolean incomplete;

  /** By which the sweep was begun. */
  private long placement;

  private boolean pageUnderWay;
  private long question;
  private int exchanging;

  /** Tells what was begun before the sweep was abandoned from what was begun after. */
  private long round;

  /**
   * @param onSwept is told whenever all keys have been compared, and by which placement
   */
  Sweep(Surroundings around, KeyExchange exchange, NodeId peer, LongConsumer onSwept) {
    this.around = around;
    this.exchange = exchange;
    this.peer = peer;
    this.onSwept = onSwept;
  }

  /** From the first key to the last, without pauses. */
  void all() {
    after = Optional.empty();
    placement = around.placements().digest();
    wanted = true;
    incomplete = false;
    onePage();
  }

  /** The next page, unless one is under way. */
  void onePage() {
    if (!pageUnderWay && around.liveness().isReachable(peer)) {
      compare();
    }
  }

  /** The peer is lost. A sweep that was wanted begins anew when it is back. */
  void abandon() {
    round++;
    around.questions().forget(question);
    differing.clear();
    exchanging = 0;
    pageUnderWay = false;
  }

  boolean isUnderWay() {
    return wanted;
  }

  private void compare() {
    List<NamedVersions> page =
        around.bringsKeysTo(peer)
            ? around.store().list(NO_PREFIX, after, around.tuning().sweepPageKeys())
            : List.of();
    if (page.isEmpty()) {
      after = Optional.empty();
      if (wanted && incomplete) {
        long inRound = round;
        around.after(
            AGAIN_MILLIS,
            () -> {
              if (inRound == round && wanted) {
                all();
              }
            });
      } else if (wanted) {
        wanted = false;
        onSwept.accept(placement);
      }
      return;
    }
    pageUnderWay = true;
    List<KeyDigest> digests = new ArrayList<>();
    int bytes = 0;
    for (NamedVersions key : page) {
      if (bytes > PAGE_BYTES) {
        break;
      }
      after = Optional.of(key.name());
      if (isShared(key)) {
        bytes += key.name().sizeBytes() + 16;
        digests.add(new KeyDigest(key.name(), SetDigest.of(key.versions())));
      }
    }
    if (digests.isEmpty()) {
      // Not at once: a node with many keys that the peer has no part in must stay responsive.
      long inRound = round;
      around.after(0, () -> onPageDone(inRound));
      return;
    }
    long inRound = round;
    question =
        around
            .questions()
            .ask(
                around.endpoint(peer),
                id -> new Message.Compare(id, digests),
                answer -> onDiffering(answer, inRound));
  }

  private boolean isShared(NamedVersions key) {
    Mirrors mirrors = key.versions().mirrors().orElse(around.defaultMirrors());
    return around.isKeptBy(peer, key.name(), mirrors);
  }

  private boolean onDiffering(Message answer, long inRound) {
    if (!(answer instanceof Message.Differing names)) {
      return false;
    }
    differing.addAll(names.names());
    exchangeMore(inRound);
    return true;
  }

  private void exchangeMore(long inRound) {
    if (inRound != round) {
      return;
    }
    while (exchanging < WINDOW && !differing.isEmpty()) {
      exchanging++;
      exchange.start(
          peer,
          differing.poll(),
          done -> {
            if (inRound == round) {
              incomplete |= !done;
              exchanging--;
              exchangeMore(inRound);
            }
          });
    }
    if (exchanging == 0 && differing.isEmpty()) {
      onPageDone(inRound);
    }
  }

  private void onPageDone(long inRound) {
    if (inRound != round || !pageUnderWay) {
      return;
    }
    pageUnderWay = false;
    if (wanted) {
      onePage();
    }
  }
}
