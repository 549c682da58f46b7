package io.volute.membership;

import io.volute.identity.Endpoint;
import io.volute.identity.MemberRecord;
import io.volute.identity.NodeId;
import io.volute.membership.swim.Broadcasts;
import io.volute.message.Message;
import io.volute.port.Wire;
import io.volute.settings.NetworkTuning;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Passes news on: words of members, and accusations. What is new goes to a few random peers in each
 * tick, and along with every probe and answer, until it has been told often enough (SWIM, section
 * 4.1); the transport puts messages to one peer into one datagram, so that riding along is cheap.
 */
final class Rumours {
  /** Pieces of each kind that ride along: they still fit into a datagram with the probe. */
  private static final int MOST_PIECES = 6;

  /** A member's own news goes to so many at once: to all of a small cluster. */
  private static final int FIRST_TOLD = 16;

  private final Wire wire;
  private final NetworkTuning tuning;
  private final Members members;
  private final PeerChoice choice;
  private final LongSupplier ids;
  private final Broadcasts<MemberRecord> words;
  private final Broadcasts<Message.Accusation> accusations;

  Rumours(Wire wire, NetworkTuning tuning, Members members, PeerChoice choice, LongSupplier ids) {
    this.wire = wire;
    this.tuning = tuning;
    this.members = members;
    this.choice = choice;
    this.ids = ids;
    this.words = new Broadcasts<>(tuning.retransmitFactor());
    this.accusations = new Broadcasts<>(tuning.retransmitFactor());
  }

  /** A word that is new here. It settles what was said of the member before. */
  void add(MemberRecord word) {
    words.add(word.id(), word);
    accusations.forget(word.id());
  }

  void add(Message.Accusation accusation) {
    accusations.add(accusation.member(), accusation);
  }

  /** An accusation of this node's own, or one that should be heard soon. */
  void hasten(Message.Accusation accusation) {
    add(accusation);
    choice.some(tuning.fanout()).forEach(this::ride);
  }

  /** A word that many should hear at once. */
  void announce(MemberRecord word) {
    add(word);
    choice.some(FIRST_TOLD).forEach(peer -> tell(peer, List.of(word)));
  }

  void forgetAll() {
    words.clear();
    accusations.clear();
  }

  void onTick() {
    if (!words.isEmpty() || !accusations.isEmpty()) {
      choice.some(tuning.fanout()).forEach(this::ride);
    }
  }

  /** Something goes to this peer anyway. */
  void ride(Endpoint peer) {
    int size = members.roster().size();
    if (!words.isEmpty()) {
      tell(peer, words.take(MOST_PIECES, size));
    }
    if (!accusations.isEmpty()) {
      List<Message.Accusation> news = accusations.take(MOST_PIECES, size);
      wire.send(peer, new Message.Accused(ids.getAsLong(), news));
    }
  }

  private void tell(Endpoint peer, List<MemberRecord> news) {
    NodeId subject = peer.node();
    // Nobody needs to be told its own words.
    List<MemberRecord> others = news.stream().filter(one -> !one.id().equals(subject)).toList();
    if (!others.isEmpty()) {
      wire.send(peer, new Message.MembersTold(ids.getAsLong(), others));
    }
  }
}
