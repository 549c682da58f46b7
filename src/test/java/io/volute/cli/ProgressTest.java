package io.volute.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ProgressTest {
  private static final int MIB = 1 << 20;

  private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
  private final PrintStream terminal = new PrintStream(shown, true, UTF_8);
  private final AtomicLong nanos = new AtomicLong(5);

  private void read(InputStream source, int bytes, long tookMillis) throws IOException {
    nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(tookMillis));
    assertEquals(bytes, source.read(new byte[bytes]));
  }

  @Test
  void shouldShowNothingOfWhatIsQuick() throws IOException {
    try (Progress progress = new Progress(terminal, 2 * MIB, nanos::get)) {
      InputStream source = progress.meter(new ByteArrayInputStream(new byte[2 * MIB]));
      read(source, MIB, 400);
      read(source, MIB, 400);
    }
    assertEquals("", shown.toString(UTF_8));
  }

  @Test
  void shouldShowHowFarLongWorkIsAndTakeTheLineAway() throws IOException {
    try (Progress progress = new Progress(terminal, 8 * MIB, nanos::get)) {
      InputStream source = progress.meter(new ByteArrayInputStream(new byte[8 * MIB]));
      read(source, 4 * MIB, 2000);
      assertEquals("\r4.0 of 8.0 MiB, 2.0 MiB/s   ", shown.toString(UTF_8));
      read(source, MIB, 100);
      assertEquals(1, shown.toString(UTF_8).lines().filter(line -> !line.isEmpty()).count());
      shown.reset();
    }
    assertTrue(shown.toString(UTF_8).matches("\r +\r"), shown.toString(UTF_8));
  }

  @Test
  void shouldSayWhatIsWaitedForUntilItIsThere() throws InterruptedException {
    CountDownLatch asked = new CountDownLatch(2);
    Waiting waiting =
        Waiting.atOnce(
            terminal,
            () -> {
              asked.countDown();
              return "handing keys over";
            });
    asked.await();
    waiting.end();
    String text = shown.toString(UTF_8);
    assertTrue(text.startsWith("\rhanding keys over, 0 s "), text);
    assertTrue(text.endsWith(" \r"), text);
  }

  @Test
  void shouldBeMuteWithoutATerminal() throws IOException {
    InputStream source = new ByteArrayInputStream(new byte[1]);
    try (Progress progress = new Progress(null, 1, nanos::get)) {
      assertEquals(source, progress.meter(source));
    }
    Waiting.atOnce(null, () -> "never asked").end();
    assertEquals("", shown.toString(UTF_8));
  }
}
