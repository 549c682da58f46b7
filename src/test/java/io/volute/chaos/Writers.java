package io.volute.chaos;

import io.volute.settings.Tuning;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads that write and delete keys of their own without a pause, each time at the next node that
 * can be reached, whatever happens to the nodes meanwhile; and that know what must be there
 * afterwards.
 */
final class Writers implements AutoCloseable {
  private static final int KEYS_EACH = 25;
  private static final int DELETE_EVERY = 9;
  private static final long STOP_MILLIS = 15_000;
  private static final long PAUSE_MILLIS = 20;
  private static final Duration READ_LIMIT = Duration.ofSeconds(60);

  /**
   * An answer that took so long may be of a second coordinator. Less than a node's patience, since
   * a node looks at its clock once a turn, and a turn may have begun a while before.
   */
  private static final long SUSPECT_MILLIS = Tuning.DEFAULT.forwardPatienceMillis() / 2;

  private final List<TestNode> nodes;
  private final boolean careful;
  private final List<Writer> writers = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicInteger acknowledged = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();
  private final AtomicInteger unsure = new AtomicInteger();
  private final ConcurrentLinkedQueue<String> surprises = new ConcurrentLinkedQueue<>();

  /** Why the last change was refused; empty where none was. */
  private volatile String refusal = "";

  private volatile boolean stopped = true;

  /**
   * Writers that don't write yet.
   *
   * @param careful whether they say which version they replace. Otherwise a change replaces what
   *     its coordinator sees, which may be an old copy when a node has just come back
   */
  Writers(List<TestNode> nodes, int count, boolean careful) {
    this.nodes = List.copyOf(nodes);
    this.careful = careful;
    for (int i = 0; i < count; i++) {
      writers.add(new Writer(i));
    }
  }

  void start() {
    stopped = false;
    for (Writer writer : writers) {
      Thread thread = new Thread(writer::run, "writer-" + writer.number);
      thread.setDaemon(true);
      thread.start();
      threads.add(thread);
    }
  }

  /** Ends them when their requests under way are over; they can be started again. */
  void stop() {
    stopped = true;
    for (Thread thread : threads) {
      try {
        thread.join(STOP_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      if (thread.isAlive()) {
        throw new AssertionError(thread.getName() + " does not end");
      }
    }
    threads.clear();
  }

  @Override
  public void close() {
    stopped = true;
  }

  int acknowledged() {
    return acknowledged.get();
  }

  /** Changes that a node has refused, and that were then made at the next one. */
  int refused() {
    return refused.get();
  }

  /** Answers that nobody should see, and changes without an answer: the first of them. */
  List<String> surprises() {
    return List.copyOf(surprises);
  }

  String counts() {
    String why = refusal.isEmpty() ? "" : " (" + refusal + ")";
    return acknowledged
        + " acknowledged, "
        + refused
        + " refused"
        + why
        + ", "
        + unsure
        + " unsure";
  }

  /** What is wrong with the keys, as this node reads them with its peers. */
  List<String> objections(TestNode reader) throws IOException {
    return objections(reader, false);
  }

  /**
   * The same.
   *
   * @param cut whether members could not hear each other for a while
   */
  List<String> objections(TestNode reader, boolean cut) throws IOException {
    List<String> objections = new ArrayList<>();
    try (HttpConnection connection = new HttpConnection(reader.socket())) {
      for (Writer writer : writers) {
        for (KeyStory story : writer.stories) {
          HttpAnswer answer = read(connection, story);
          if (answer.status() != 200 && answer.status() != 300 && answer.status() != 404) {
            objections.add(story.name() + " can't be read at " + reader.uid() + ": " + answer);
          } else {
            story
                .objection(answer.values(), cut)
                .ifPresent(text -> objections.add("at " + reader.uid() + ": " + text));
          }
        }
      }
    }
    return objections;
  }

  /** Members that have just begun to serve may not have found each other yet, which is 503. */
  private static HttpAnswer read(HttpConnection connection, KeyStory story) throws IOException {
    long deadline = System.nanoTime() + READ_LIMIT.toNanos();
    while (true) {
      HttpAnswer answer = connection.get("/read?siblings=all&name=" + story.name());
      if (answer.status() != 503 || System.nanoTime() - deadline > 0) {
        return answer;
      }
      Await.pause(PAUSE_MILLIS);
    }
  }

  private final class Writer {
    private final int number;
    private final List<KeyStory> stories = new ArrayList<>();
    private int turn;

    Writer(int number) {
      this.number = number;
      for (int i = 0; i < KEYS_EACH; i++) {
        stories.add(new KeyStory("w" + number + "-" + i));
      }
    }

    /** A connection is used until it breaks or a hundred changes have gone over it. */
    void run() {
      while (!stopped) {
        TestNode node = nodes.get(Math.floorMod(number + turn, nodes.size()));
        try (HttpConnection connection = new HttpConnection(node.socket())) {
          int limit = turn + 100;
          while (!stopped && turn < limit) {
            change(connection, stories.get(Math.floorMod(turn++, KEYS_EACH)));
          }
        } catch (IOException e) {
          // Before anything was sent, or noted already. Another node may be there.
          turn++;
          Await.pause(PAUSE_MILLIS);
        }
      }
    }

    private void change(HttpConnection connection, KeyStory story) throws IOException {
      Optional<String> value = story.begin(turn % DELETE_EVERY == 0);
      String path = value.isPresent() ? "/write?name=" : "/delete?name=";
      String version = careful ? story.version() : "";
      String parameters = version.isEmpty() ? "" : "&version=" + version;
      HttpAnswer answer;
      long started = System.nanoTime();
      try {
        answer = connection.post(path + story.name() + parameters, value.orElse(""));
      } catch (IOException e) {
        story.unsure();
        unsure.incrementAndGet();
        surprises.add(path + story.name() + ": no answer: " + e);
        throw e;
      }
      long tookMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started);
      if (careful && tookMillis >= SUSPECT_MILLIS) {
        story.mayBeMadeTwice();
      }
      take(answer, story, path, tookMillis);
      if (answer.header("Connection").equals("close")) {
        throw new IOException("the node closes this connection");
      }
    }

    private void take(HttpAnswer answer, KeyStory story, String path, long tookMillis) {
      boolean later = answer.status() == 503 && !answer.header("Retry-After").isEmpty();
      if (answer.status() == 200) {
        story.succeeded(answer.version());
        acknowledged.incrementAndGet();
      } else if (later && answer.header("Volute-Outcome").equals("not-applied")) {
        story.refused();
        refused.incrementAndGet();
        refusal = answer.text().strip();
        Await.pause(PAUSE_MILLIS);
      } else {
        story.unsure();
        unsure.incrementAndGet();
        surprises.add(path + story.name() + " after " + tookMillis + " ms: " + answer);
      }
    }
  }
}
