package io.volute.cli;

import java.io.PrintStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A line on the terminal that says what is waited for, and for how long by now; a mute one shows
 * nothing. Begins after a second, so that what is quick shows nothing either.
 */
final class Waiting {
  private static final long FIRST_AFTER_MILLIS = 1000;
  private static final long EVERY_MILLIS = 500;
  private static final int WIDTH = 78;

  private final PrintStream terminal;
  private final Supplier<String> text;
  private final CountDownLatch over = new CountDownLatch(1);
  private final Thread thread;
  private final long startedAt = System.nanoTime();

  private Waiting(PrintStream terminal, Supplier<String> text, long firstAfterMillis) {
    this.terminal = terminal;
    this.text = text;
    thread = new Thread(() -> show(firstAfterMillis), "waiting");
    thread.setDaemon(true);
    if (terminal != null) {
      thread.start();
    }
  }

  /**
   * Begins to show.
   *
   * @param terminal null for a mute one
   * @param text what is waited for, and how far it is; asked by another thread
   */
  static Waiting on(PrintStream terminal, Supplier<String> text) {
    return new Waiting(terminal, text, FIRST_AFTER_MILLIS);
  }

  /** The same without the pause at first, for tests. */
  static Waiting atOnce(PrintStream terminal, Supplier<String> text) {
    return new Waiting(terminal, text, 0);
  }

  private void show(long firstAfterMillis) {
    boolean isOnScreen = false;
    try {
      long pause = firstAfterMillis;
      while (!over.await(pause, TimeUnit.MILLISECONDS)) {
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startedAt);
        String line = text.get() + ", " + seconds + " s";
        terminal.print("\r" + line + " ".repeat(Math.max(0, WIDTH - line.length())));
        terminal.flush();
        isOnScreen = true;
        pause = EVERY_MILLIS;
      }
    } catch (InterruptedException e) {
      // Nobody interrupts it; should it be, there is nothing more to show.
      Thread.currentThread().interrupt();
    }
    if (isOnScreen) {
      terminal.print("\r" + " ".repeat(WIDTH) + "\r");
      terminal.flush();
    }
  }

  /** Takes the line away; nothing is written to the terminal after this. */
  void end() {
    over.countDown();
    if (terminal == null) {
      return;
    }
    try {
      thread.join(EVERY_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
