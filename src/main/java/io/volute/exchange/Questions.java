package io.volute.exchange;

import io.volute.identity.Endpoint;
import io.volute.identity.NodeId;
import io.volute.message.Message;
import io.volute.port.Clock;
import io.volute.port.Wire;
import io.volute.settings.Tuning;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongFunction;
import java.util.function.Predicate;

/**
 * Questions to peers, repeated with growing pauses until they are answered or given up. The network
 * may lose or repeat anything, so each question must be safe to ask twice, and an answer counts
 * only when it comes from the peer that was asked.
 */
public final class Questions {
  private final class Question {
    final Endpoint peer;
    final Message message;
    final Predicate<Message> onAnswer;
    final long askedAtMillis;
    Timers.Timer resend;
    long pauseMillis;

    Question(Endpoint peer, Message message, Predicate<Message> onAnswer, long firstPauseMillis) {
      this.pauseMillis = firstPauseMillis;
      this.peer = peer;
      this.message = message;
      this.onAnswer = onAnswer;
      this.askedAtMillis = clock.monotonicMillis();
    }

    /** What is answered at once, if all is well: nothing waits for a disk. */
    boolean isRead() {
      return message instanceof Message.Fetch || message instanceof Message.FetchValue;
    }

    long sinceMillis() {
      return clock.monotonicMillis() - askedAtMillis;
    }

    void ask() {
      wire.send(peer, message);
      resend = timers.at(clock.monotonicMillis() + pauseMillis, this::ask);
      pauseMillis = Math.max(pauseMillis, Math.min(2 * pauseMillis, tuning.resendMostMillis()));
    }
  }

  private final Clock clock;
  private final Wire wire;
  private final Timers timers;
  private final Tuning tuning;
  private final Map<Long, Question> open = new LinkedHashMap<>();
  private final PeerPace pace = new PeerPace();
  private long nextId;

  /**
   * @param firstId a random number: answers to questions of a former life must not match
   */
  public Questions(Clock clock, Wire wire, Timers timers, Tuning tuning, long firstId) {
    this.clock = clock;
    this.wire = wire;
    this.timers = timers;
    this.tuning = tuning;
    this.nextId = firstId;
  }

  /**
   * Asks, and goes on asking. The asker is responsible for giving up with {@link #forget}.
   *
   * @param question makes the message from the id that its answer will carry
   * @param onAnswer is handed each answer; returns whether that was the last one
   * @return the id, for {@link #forget}
   */
  public long ask(Endpoint peer, LongFunction<Message> question, Predicate<Message> onAnswer) {
    return ask(peer, question, onAnswer, tuning.resendFirstMillis());
  }

  /**
   * The same with a longer patience, for what takes its time.
   *
   * @param firstPauseMillis before it is asked for the second time
   */
  public long ask(
      Endpoint peer,
      LongFunction<Message> question,
      Predicate<Message> onAnswer,
      long firstPauseMillis) {
    long id = nextId++;
    Question asked = new Question(peer, question.apply(id), onAnswer, firstPauseMillis);
    open.put(id, asked);
    asked.ask();
    return id;
  }

  /** Gives a question up; its answer will be ignored. */
  public void forget(long id) {
    Question question = close(id);
    if (question != null
        && question.isRead()
        && question.sinceMillis() >= PeerPace.LEAST_LATE_MILLIS) {
      // It would have taken even longer.
      pace.onAnswered(question.peer.node(), question.sinceMillis(), clock.monotonicMillis());
    }
  }

  private Question close(long id) {
    Question question = open.remove(id);
    if (question != null) {
      question.resend.cancel();
    }
    return question;
  }

  /** How quickly peers answer. */
  public PeerPace pace() {
    return pace;
  }

  /** An answer has come in; one that nobody waits for (any more) is ignored. */
  public void onAnswer(NodeId from, long id, Message answer) {
    Question question = open.get(id);
    if (question == null || !question.peer.node().equals(from)) {
      return;
    }
    if (question.isRead()) {
      pace.onAnswered(from, question.sinceMillis(), clock.monotonicMillis());
    }
    // The handler may forget the question itself, or ask others.
    if (question.onAnswer.test(answer)) {
      close(id);
    }
  }

  public int size() {
    return open.size();
  }
}
