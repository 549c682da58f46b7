package io.volute.cli;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.Locale;
import java.util.function.LongSupplier;

/** A line on the terminal that says how far long work has come; a mute one shows nothing. */
final class Progress implements AutoCloseable {
  private static final long FIRST_AFTER_NANOS = 1_000_000_000;
  private static final long EVERY_NANOS = 250_000_000;
  private static final double MIB = 1024.0 * 1024.0;

  private final PrintStream terminal;
  private final long total;
  private final LongSupplier nanoTime;
  private final long startedAt;
  private long shownAt;
  private long done;
  private boolean isOnScreen;

  /**
   * @param terminal null for a mute one
   * @param total bytes to come, negative when that is not known
   */
  Progress(PrintStream terminal, long total) {
    this(terminal, total, System::nanoTime);
  }

  Progress(PrintStream terminal, long total, LongSupplier nanoTime) {
    this.terminal = terminal;
    this.total = total;
    this.nanoTime = nanoTime;
    this.startedAt = nanoTime.getAsLong();
    this.shownAt = startedAt + FIRST_AFTER_NANOS - EVERY_NANOS;
  }

  /** Counts what is read of a stream. */
  InputStream meter(InputStream source) {
    if (terminal == null) {
      return source;
    }
    return new FilterInputStream(source) {
      @Override
      public int read() throws IOException {
        int next = super.read();
        advance(next < 0 ? 0 : 1);
        return next;
      }

      @Override
      public int read(byte[] bytes, int from, int length) throws IOException {
        int count = super.read(bytes, from, length);
        advance(Math.max(count, 0));
        return count;
      }
    };
  }

  private void advance(int bytes) {
    done += bytes;
    long now = nanoTime.getAsLong();
    if (now - shownAt < EVERY_NANOS) {
      return;
    }
    shownAt = now;
    isOnScreen = true;
    double seconds = (now - startedAt) / 1e9;
    String of = total > 0 ? String.format(Locale.ROOT, " of %.1f", total / MIB) : "";
    terminal.printf(
        Locale.ROOT, "\r%.1f%s MiB, %.1f MiB/s   ", done / MIB, of, done / MIB / seconds);
    terminal.flush();
  }

  /** Takes the line away. */
  @Override
  public void close() {
    if (isOnScreen) {
      terminal.print("\r" + " ".repeat(50) + "\r");
      terminal.flush();
    }
  }
}
