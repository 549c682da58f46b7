package io.volute.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** A daemon as a user starts it, and the same home again after it was killed. */
final class TestNode {
  static final Duration START_LIMIT = Duration.ofSeconds(60);

  /** What users are promised, and a moment for the operating system. */
  static final Duration STOP_LIMIT = Duration.ofSeconds(11);

  private static final int SHOWN_LINES = 20;

  /** Ended with this JVM, should a test not get to its end. */
  private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> RUNNING.forEach(Process::destroyForcibly)));
  }

  private final String uid;
  private final Path home;
  private final int httpPort;
  private final List<String> command;
  private Process process;

  /**
   * A node that doesn't run yet.
   *
   * @param before what comes before the script's name, such as a network namespace to run in
   */
  TestNode(String uid, Path home, int httpPort, List<String> before, List<String> flags) {
    this.uid = uid;
    this.home = home;
    this.httpPort = httpPort;
    command = new ArrayList<>(before);
    command.add(Program.TREE.resolve("scripts/voluted").toString());
    command.addAll(List.of("--listen", "localhost:" + httpPort, "--listen", socket().toString()));
    command.addAll(List.of("--home", home.toString()));
    command.addAll(flags);
  }

  String uid() {
    return uid;
  }

  Path home() {
    return home;
  }

  int httpPort() {
    return httpPort;
  }

  Path socket() {
    return home.resolve("http.sock");
  }

  /** Where its peers find it, as its membership file says. */
  String peerAddress() throws IOException {
    String first = Files.readAllLines(home.resolve("membership")).get(0);
    return first.substring(first.indexOf(' ') + 1);
  }

  private Path out() {
    return home.resolve("out.log");
  }

  private Path err() {
    return home.resolve("err.log");
  }

  // ---- its life ---------------------------------------------------------------------------------

  /** Starts it, without waiting until it serves. */
  TestNode launch() {
    try {
      Files.createDirectories(home);
      Files.deleteIfExists(out());
      ProcessBuilder builder = new ProcessBuilder(command).directory(home.toFile());
      builder.environment().put("VOLUTE_BUILD", "never");
      builder.environment().put("VOLUTE_JAVA_OPTS", "-Xmx256m");
      builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
      builder.redirectOutput(out().toFile());
      builder.redirectError(ProcessBuilder.Redirect.appendTo(err().toFile()));
      process = builder.start();
      RUNNING.add(process);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for the line that says that it serves. */
  TestNode awaitServing() {
    Await.until(
        () -> uid + " serves\n" + lastLines(),
        START_LIMIT,
        () -> {
          if (!process.isAlive()) {
            throw new AssertionError(
                uid + " has ended with exit code " + process.exitValue() + "\n" + lastLines());
          }
          return banner().endsWith("\n");
        });
    return this;
  }

  TestNode start() {
    return launch().awaitServing();
  }

  /** What it has printed to standard output. */
  String banner() {
    return read(out());
  }

  String log() {
    return read(err());
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process != null && process.isAlive();
  }

  /** {@code kill -9}. */
  void kill() {
    process.destroyForcibly();
    awaitExit(Duration.ofSeconds(10));
  }

  /** Sends a signal by its name, such as {@code STOP}. */
  void signal(String name) {
    Program.Finished kill =
        Program.of("bash", "-c", "kill -" + name + " " + pid()).run(Duration.ofSeconds(5));
    assertEquals(0, kill.exitCode(), kill.err());
  }

  /** Asks it to stop in order, which must succeed in time. */
  void stop() {
    signal("TERM");
    assertEquals(0, awaitExit(STOP_LIMIT), () -> "exit code of " + uid + "\n" + lastLines());
  }

  int awaitExit(Duration limit) {
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError(uid + " has not ended within " + limit + "\n" + lastLines());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
    RUNNING.remove(process);
    return process.exitValue();
  }

  /** Ends it whatever state it is in. */
  void dispose() {
    if (isAlive()) {
      kill();
    }
  }

  // ---- asking it --------------------------------------------------------------------------------

  /** Runs curl against it; the path and query come first. */
  HttpAnswer curl(String target, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("http://localhost:" + httpPort + target);
    return Curl.run(all.toArray(String[]::new));
  }

  /** The same through its unix socket. */
  HttpAnswer curlSocket(String target, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--unix-socket", socket().toString(), "http://localhost" + target));
    return Curl.run(all.toArray(String[]::new));
  }

  /** Writes with curl; the target is what follows {@code /write?name=}. */
  HttpAnswer write(String target, String value, String... arguments) {
    List<String> all = new ArrayList<>(List.of("--data-binary", value));
    all.addAll(List.of(arguments));
    HttpAnswer answer = curl("/write?name=" + target, all.toArray(String[]::new));
    assertEquals(200, answer.status(), () -> "writing " + target + " at " + uid + ": " + answer);
    return answer;
  }

  HttpAnswer read(String name) {
    return curl("/read?name=" + name);
  }

  /** One request on a connection of its own. */
  HttpAnswer ask(String target) throws IOException {
    try (HttpConnection connection = new HttpConnection(httpPort)) {
      return connection.get(target);
    }
  }

  /** Its own keys, as {@code /list-keys} tells them. */
  String keys() throws IOException {
    return ask("/list-keys?deleted=1&all=1").text();
  }

  // ---- what a failed test shows -----------------------------------------------------------------

  String report() {
    StringBuilder report = new StringBuilder("==== " + uid + ", home " + home + "\n");
    if (!isAlive()) {
      report.append("does not run\n");
    }
    for (String target : List.of("/status", "/membership", "/list-keys?limit=20&deleted=1")) {
      if (isAlive()) {
        report.append(target).append(": ").append(said(target)).append('\n');
      }
    }
    return report.append(lastLines()).toString();
  }

  private String said(String target) {
    List<String> all = new ArrayList<>(List.of("curl", "-sS", "--max-time", "2"));
    all.addAll(List.of("-H", "Accept: application/json", "--unix-socket", socket().toString()));
    all.add("http://localhost" + target);
    Program.Finished curl = Program.of(all).run(Duration.ofSeconds(5));
    return curl.out() + curl.err();
  }

  private String lastLines() {
    List<String> lines = (banner() + log()).lines().toList();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size()));
  }

  private static String read(Path file) {
    try {
      return Files.exists(file) ? new String(Files.readAllBytes(file), StandardCharsets.UTF_8) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
