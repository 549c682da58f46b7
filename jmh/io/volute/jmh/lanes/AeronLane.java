package io.volute.jmh.lanes;

import io.aeron.Aeron;
import io.aeron.FragmentAssembler;
import io.aeron.Publication;
import io.aeron.Subscription;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.logbuffer.FragmentHandler;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;

/** Aeron over UDP, its media driver in this process, with its defaults for waiting. */
final class AeronLane implements Lane {
  private static final int SMALL_STREAM = 1;
  private static final int LARGE_STREAM = 2;
  private static final int TERM_BYTES = 16 << 20;
  private static final int FRAGMENTS = 64;

  private final MediaDriver driver;
  private final Aeron aeron;
  private final Publication[] questions = new Publication[2];
  private final Subscription[] asked = new Subscription[2];
  private final Publication[] replies = new Publication[2];
  private final Subscription[] replied = new Subscription[2];
  private final UnsafeBuffer out = new UnsafeBuffer(new byte[1 << 20]);
  private final UnsafeBuffer back = new UnsafeBuffer(new byte[1 << 20]);
  private final IdleStrategy nearIdle = idle();
  private final Thread answering = new Thread(this::answer, "aeron far end");
  private volatile boolean closing;

  AeronLane() throws InterruptedException {
    driver = driver();
    aeron = Aeron.connect(new Aeron.Context().aeronDirectoryName(driver.aeronDirectoryName()));
    for (int i = 0; i < 2; i++) {
      int stream = i == 0 ? SMALL_STREAM : LARGE_STREAM;
      asked[i] = aeron.addSubscription(channel(25801), stream);
      replied[i] = aeron.addSubscription(channel(25802), stream);
      questions[i] = aeron.addPublication(channel(25801), stream);
      replies[i] = aeron.addPublication(channel(25802), stream);
    }
    for (int i = 0; i < 2; i++) {
      awaitConnected(questions[i]);
      awaitConnected(replies[i]);
    }
    answering.start();
  }

  static MediaDriver driver() {
    return MediaDriver.launchEmbedded(
        new MediaDriver.Context()
            .threadingMode(ThreadingMode.SHARED)
            .publicationTermBufferLength(TERM_BYTES)
            .dirDeleteOnStart(true)
            .dirDeleteOnShutdown(true));
  }

  Path directory() {
    return Path.of(driver.aeronDirectoryName());
  }

  static String channel(int port) {
    return "aeron:udp?endpoint=127.0.0.1:" + port;
  }

  static void awaitConnected(Publication publication) throws InterruptedException {
    for (int i = 0; i < 1000 && !publication.isConnected(); i++) {
      TimeUnit.MILLISECONDS.sleep(10);
    }
    if (!publication.isConnected()) {
      throw new AssertionError("no connection");
    }
  }

  private static IdleStrategy idle() {
    return new BackoffIdleStrategy(10, 20, 1000, TimeUnit.MILLISECONDS.toNanos(1));
  }

  @Override
  public boolean send(long number, int length) {
    out.putLong(0, number);
    return questions[length <= ECHO_BYTES ? 0 : 1].offer(out, 0, length) > 0;
  }

  @Override
  public void turn(Answers answers) {
    FragmentHandler handler =
        (buffer, offset, length, header) -> answers.onAnswer(buffer.getLong(offset));
    nearIdle.idle(replied[0].poll(handler, FRAGMENTS) + replied[1].poll(handler, FRAGMENTS));
  }

  private void answer() {
    IdleStrategy idle = idle();
    FragmentAssembler[] takes = {new FragmentAssembler(taker(0)), new FragmentAssembler(taker(1))};
    while (!closing) {
      idle.idle(asked[0].poll(takes[0], FRAGMENTS) + asked[1].poll(takes[1], FRAGMENTS));
    }
  }

  private FragmentHandler taker(int stream) {
    return (buffer, offset, length, header) -> {
      back.putLong(0, buffer.getLong(offset));
      while (replies[stream].offer(back, 0, Lane.answerBytes(length)) <= 0 && !closing) {
        Thread.onSpinWait();
      }
    };
  }

  @Override
  public void close() throws InterruptedException {
    closing = true;
    answering.join();
    aeron.close();
    driver.close();
  }
}
