package io.volute.membership;

import io.volute.identity.HostPort;
import io.volute.identity.MemberEntry;
import io.volute.identity.MemberRecord;
import io.volute.port.Clock;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * What others say under this node's own name. It may be its own words, from before it lost its
 * store: then this life must be later than the one that spoke them, or nobody listens to it. Or
 * another node has this one's name, and even its address, as with a copied configuration.
 *
 * <p>The two can't be told apart at first, but the former happens once or twice, while two nodes
 * with one name answer each other for ever. Each answer is a durable note, and a new life of the
 * node; so there is a pause between them that doubles, and a line for whoever looks after the node.
 * Nothing need be remembered in a pause: the others repeat their word in each full exchange as long
 * as it is not the one that this node gives them. For one thread.
 */
final class OwnName {
  /**
   * Answers at once: one to a life that was forgotten, one to a later one that was cut off from
   * those who told of the first, and one to spare.
   */
  static final int PROMPT_ANSWERS = 3;

  /** Between the answers after that; time to notice the line before the log is full of them. */
  static final long FIRST_PAUSE_MILLIS = 10_000;

  /** Bounds what two nodes write that nobody looks after: six notes an hour. */
  static final long LONGEST_PAUSE_MILLIS = 600_000;

  /** After so long without such a word, the next one is about something else. */
  static final long CALM_MILLIS = 2 * LONGEST_PAUSE_MILLIS;

  /** Within so long the life that was asked for begins, or its note failed. */
  private static final long NEW_LIFE_MILLIS = 10_000;

  private final Clock clock;
  private final Members members;
  private final Runnable announce;
  private final Consumer<String> onNotice;
  private LongConsumer onOutlived = incarnation -> {};
  private long heardAtMillis;
  private int answers;
  private long nextAnswerAtMillis;
  private long outlived;
  private long outlivedAtMillis;
  private long nextLineAtMillis = Long.MIN_VALUE;

  /**
   * @param announce makes a new word of this node's own known
   */
  OwnName(Clock clock, Members members, Runnable announce, Consumer<String> onNotice) {
    this.clock = clock;
    this.members = members;
    this.announce = announce;
    this.onNotice = onNotice;
  }

  /** Is given a later life than this one, which others know and which alone they listen to. */
  void onOutlived(LongConsumer listener) {
    onOutlived = listener;
  }

  /** Somebody has a newer word under this node's name than its own. */
  void onNewerWord(MemberRecord said) {
    MemberRecord own = members.own();
    assert said.isNewerThan(own) : said + " is older than " + own;
    boolean sameAddress = said.entry().address().equals(own.entry().address());
    if (said.incarnation() == own.incarnation()) {
      onWordOfThisLife(said);
    } else if (!sameAddress) {
      sayThatItIsShared(said);
    } else if (!isBeingOutlived(said.incarnation()) && mayAnswer(said)) {
      outlive(said.incarnation());
    }
  }

  /**
   * A word is told before its note is durable, so that it may be forgotten once or twice. Somebody
   * who goes on speaking in this life issues its dots as well, as a copied machine does; so it is
   * left to that one, and from then on the two have no dot in common.
   */
  private void onWordOfThisLife(MemberRecord said) {
    if (!mayAnswer(said)) {
      return;
    }
    if (answers < PROMPT_ANSWERS) {
      members.speak(before -> before.with(before.stage(), said.counter() + 1));
      announce.run();
    } else {
      outlive(said.incarnation());
    }
  }

  private void outlive(long incarnation) {
    outlived = incarnation;
    outlivedAtMillis = clock.monotonicMillis();
    onOutlived.accept(incarnation);
  }

  /** Several may tell of a life before the one that was asked for begins. */
  private boolean isBeingOutlived(long incarnation) {
    return incarnation <= outlived && clock.monotonicMillis() - outlivedAtMillis < NEW_LIFE_MILLIS;
  }

  private boolean mayAnswer(MemberRecord said) {
    long now = clock.monotonicMillis();
    if (now - heardAtMillis >= CALM_MILLIS) {
      answers = 0;
    }
    heardAtMillis = now;
    if (answers > 0 && now < nextAnswerAtMillis) {
      return false;
    }
    answers++;
    nextAnswerAtMillis = now + pauseAfter(answers);
    if (answers >= PROMPT_ANSWERS) {
      sayThatItIsShared(said);
    }
    return true;
  }

  /** For how long nothing is answered after so many answers in a row. */
  static long pauseAfter(int answers) {
    if (answers < PROMPT_ANSWERS) {
      return 0;
    }
    int doublings = Math.min(answers - PROMPT_ANSWERS, Integer.SIZE);
    return Math.min(FIRST_PAUSE_MILLIS << doublings, LONGEST_PAUSE_MILLIS);
  }

  private void sayThatItIsShared(MemberRecord said) {
    long now = clock.monotonicMillis();
    if (now >= nextLineAtMillis) {
      nextLineAtMillis = now + LONGEST_PAUSE_MILLIS;
      MemberEntry own = members.own().entry();
      HostPort address = said.entry().address();
      onNotice.accept(
          address.equals(own.address())
              ? NameWatch.copied(own.id(), address)
              : NameWatch.shared(own.id(), address));
    }
  }
}
