package io.volute.watching;

import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.exchange.Surroundings;
import io.volute.port.Store;
import io.volute.record.Name;
import io.volute.record.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Answers who asks for the changes behind a place. Nothing is kept for a client between its
 * questions: one that is slow falls behind, and is told so once the changes it lacks are forgotten.
 *
 * <p>A change is shown once it is as durable as the store makes it. Without anybody who asks, all
 * that this costs is to remember the newest changes.
 */
public final class Watches {
  /** At a hundred bytes or so each. */
  private static final int REMEMBERED = 8192;

  private static final int MAX_WAITING = 2048;
  private static final int MAX_LINES = 256;

  /** An empty answer after it lets the door notice clients that are gone. */
  private static final long PATIENCE_MILLIS = 15_000;

  private static final long GATHER_MILLIS = 1;

  private record Waiting(Command.NextChanges command, long after, Consumer<Answer> reply) {}

  private final RecentChanges recent = new RecentChanges(REMEMBERED);
  private final List<Waiting> waiting = new ArrayList<>();
  private Surroundings around;
  private long life;
  private long shown;
  private boolean showing;

  /**
   * Begins to answer; until then changes are only remembered.
   *
   * @param around the node's
   * @param life another number for each life of the process: places of one mean nothing in another
   */
  public void start(Surroundings around, long life) {
    this.around = around;
    this.life = life;
  }

  /** The store, with whatever is put into it noticed here. */
  public Store over(Store store) {
    return new WatchedStore(store, this::onPut);
  }

  private void onPut(Name name, Version version) {
    if (name.isSystem()) {
      return;
    }
    recent.add(name, version);
    showSoon();
  }

  private void showSoon() {
    if (showing || waiting.isEmpty()) {
      return;
    }
    showing = true;
    around.after(GATHER_MILLIS, this::showOnceDurable);
  }

  private void showOnceDurable() {
    long upTo = recent.newest();
    around
        .stored()
        .whenAllSoFar(
            () -> {
              long from = shown;
              shown = Math.max(shown, upTo);
              showing = false;
              answerWaiting(from);
              if (shown < recent.newest()) {
                showSoon();
              }
            },
            () -> showing = false);
  }

  /** Who waits has seen all that is shown: only what comes behind it can be of interest. */
  private void answerWaiting(long from) {
    List<Waiting> all = List.copyOf(waiting);
    waiting.clear();
    for (Waiting one : all) {
      if (!answer(one, from)) {
        waiting.add(one);
      }
    }
  }

  /** A client asks. */
  public void onNextChanges(Command.NextChanges command, Consumer<Answer> reply) {
    long after;
    if (command.after().isEmpty()) {
      // From now on: what is not shown yet counts as before.
      reply.accept(new Answer.Changes(List.of(), new Command.Place(life, recent.newest()), true));
      return;
    }
    Command.Place place = command.after().get();
    after = place.number();
    if (place.life() != life || !recent.reaches(after)) {
      reply.accept(new Answer.Changes(List.of(), place, false));
      return;
    }
    Waiting one = new Waiting(command, after, reply);
    if (answer(one, after)) {
      return;
    }
    if (waiting.size() == MAX_WAITING) {
      reply.accept(
          Answer.Refused.notApplied(
              Answer.Reason.OVERLOADED, MAX_WAITING + " watch already, which is the limit"));
      return;
    }
    waiting.add(one);
    around.after(PATIENCE_MILLIS, () -> giveUp(one));
    if (shown < recent.newest()) {
      showSoon();
    }
  }

  private void giveUp(Waiting one) {
    if (waiting.remove(one)) {
      long seen = Math.max(one.after(), shown);
      one.reply().accept(new Answer.Changes(List.of(), new Command.Place(life, seen), true));
    }
  }

  /**
   * Whether there was something to answer.
   *
   * @param seen up to where it was looked for before
   */
  private boolean answer(Waiting one, long seen) {
    long from = Math.max(seen, one.after());
    if (!recent.reaches(from)) {
      one.reply()
          .accept(new Answer.Changes(List.of(), new Command.Place(life, one.after()), false));
      return true;
    }
    List<Answer.ChangeLine> lines = new ArrayList<>();
    long number = from;
    for (Answer.ChangeLine change : recent.behind(from)) {
      if (number >= shown || lines.size() == MAX_LINES) {
        break;
      }
      number++;
      if (change.name().startsWith(one.command().prefix())) {
        lines.add(change);
      }
    }
    if (lines.isEmpty()) {
      return false;
    }
    one.reply().accept(new Answer.Changes(lines, new Command.Place(life, number), true));
    return true;
  }
}
