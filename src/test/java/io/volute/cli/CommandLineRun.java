package io.volute.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.volute.client.http.ScriptedServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;

/** One run of the client in a test, with all that came of it. */
final class CommandLineRun {
  private final int exitCode;
  private final byte[] output;
  private final String errors;

  private CommandLineRun(int exitCode, byte[] output, String errors) {
    this.exitCode = exitCode;
    this.output = output;
    this.errors = errors;
  }

  static CommandLineRun of(String... args) {
    return with(new byte[0], Map.of(), args);
  }

  static CommandLineRun at(ScriptedServer server, String... args) {
    return at(server, new byte[0], args);
  }

  static CommandLineRun at(ScriptedServer server, byte[] input, String... args) {
    String[] all =
        Stream.concat(Stream.of("-a", server.address()), Arrays.stream(args))
            .toArray(String[]::new);
    return with(input, Map.of(), all);
  }

  static CommandLineRun with(byte[] input, Map<String, String> environment, String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int exitCode =
        ClientCommand.run(
            args,
            new ByteArrayInputStream(input),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            environment);
    return new CommandLineRun(exitCode, out.toByteArray(), err.toString(StandardCharsets.UTF_8));
  }

  byte[] bytes() {
    return output;
  }

  String output() {
    return new String(output, StandardCharsets.UTF_8);
  }

  String errors() {
    return errors;
  }

  /** It did what was asked, without a word about it. */
  CommandLineRun requireDone(String expectedOutput) {
    assertEquals("", errors);
    assertEquals(expectedOutput, output());
    assertEquals(0, exitCode);
    return this;
  }

  CommandLineRun requireExit(int expected) {
    assertEquals(expected, exitCode, () -> "said: " + errors);
    return this;
  }

  /** It failed with that code, and with that line only. */
  void requireFailure(int expected, String line) {
    assertEquals("volute: " + line + "\n", errors);
    assertEquals(expected, exitCode);
  }
}
