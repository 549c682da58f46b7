package io.volute.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** A program that runs to its end: its arguments, and how long it may take. */
final class Program {
  /** The source tree, with its scripts. */
  static final Path TREE =
      Path.of(System.getProperty("volute.home.tree", "")).toAbsolutePath().normalize();

  private final List<String> command;
  private final Map<String, String> environment = new TreeMap<>();
  private Path directory = TREE;
  private byte[] input = new byte[0];

  private Program(List<String> command) {
    this.command = command;
  }

  static Program of(String... command) {
    return new Program(List.of(command));
  }

  static Program of(List<String> command) {
    return new Program(List.copyOf(command));
  }

  /** A script of this tree; it runs the jar that is there. */
  static Program script(String name, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(TREE.resolve("scripts").resolve(name).toString());
    command.addAll(List.of(arguments));
    return new Program(command).with("VOLUTE_BUILD", "never");
  }

  Program with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  Program in(Path where) {
    directory = where;
    return this;
  }

  Program reading(byte[] bytes) {
    input = bytes.clone();
    return this;
  }

  /** Runs it; a program that takes longer is killed, and that is a failure. */
  Finished run(Duration limit) {
    try {
      Path out = Files.createTempFile("volute-out", "");
      Path err = Files.createTempFile("volute-err", "");
      Path in = Files.write(Files.createTempFile("volute-in", ""), input);
      try {
        return run(limit, in, out, err);
      } finally {
        Files.deleteIfExists(in);
        Files.deleteIfExists(out);
        Files.deleteIfExists(err);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(String.join(" ", command), e);
    }
  }

  private Finished run(Duration limit, Path in, Path out, Path err) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().putAll(environment);
    builder.redirectInput(in.toFile()).redirectOutput(out.toFile()).redirectError(err.toFile());
    Process process = builder.start();
    boolean inTime = false;
    try {
      inTime = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      if (!inTime) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    }
    String text = "--- standard output\n" + read(out) + "--- standard error\n" + read(err);
    if (!inTime) {
      throw new AssertionError(
          String.join(" ", command) + " has not ended within " + limit + "\n" + text);
    }
    return new Finished(process.exitValue(), Files.readAllBytes(out), read(err));
  }

  private static String read(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }

  /** What became of it. */
  record Finished(int exitCode, byte[] outBytes, String err) {
    String out() {
      return new String(outBytes, StandardCharsets.UTF_8);
    }
  }
}
