package io.volute.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(10)
class ClientCommandTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "frob | unknown command 'frob': allowed is read, write, delete, keys",
        "frob read x | unknown command 'frob': allowed is",
        "-a localhost:1 | a command is missing: allowed is read, write",
        "read | Missing required parameter: 'NAME' (see volute read --help)",
        "read a b | Unmatched argument at index 2: 'b' (see volute read --help)",
        "read --frob a | Unknown option: '--frob'",
        "read --version | Missing required parameter for option '--version'",
        "-a nowhere read a | address 'nowhere': allowed is HOST:PORT",
        "-a ftp://localhost:1 read a | address 'ftp://localhost:1': allowed is",
        "-a https://localhost:1/x read a | address 'https://localhost:1/x': allowed is",
        "wait a --timeout 5 | Invalid value for option '--timeout': '5': allowed is a number and",
        "write a --if-match é | If-Match: allowed are printable ASCII characters",
        "bench --connections x | Invalid value for option '--connections': 'x': allowed is a whole",
        "bench --keys 1e9 | Invalid value for option '--keys': '1e9': allowed is a whole number",
        "bench --rate x | Invalid value for option '--rate': 'x': allowed is a number",
        "bench --connections 0 | connections 0: allowed is 1 to 1024",
        "bench --seconds 3601 | seconds 3601: allowed is 1 to 3600",
        "bench --rate 0 | rate 0.0: allowed is more than 0, up to 1000000",
        "bench --op frob | --op 'frob': allowed is write, read or mixed",
        "bench --protocol smtp | --protocol 'smtp': allowed is http or resp",
        "bench --protocol resp --w one | --mirrors, --w and --r: the Redis protocol has no such",
        "completion fish | shell 'fish': allowed is bash or zsh",
        "doctor localhost | address 'localhost': allowed is HOST:PORT",
        "status --ca /nowhere/ca.pem | --ca /nowhere/ca.pem: no such file",
        "status --token-file /nowhere/t | --token-file /nowhere/t: no such file",
        "status --token a --token-file b | --token and --token-file: allowed is one of them",
        "status --answer-timeout 0s | the answer timeout: allowed is more than 0",
      })
  void shouldSayInOneLineWhatIsAllowedWhenItIsMisused(String line, String expected) {
    CommandLineRun run = CommandLineRun.of(line.split(" ")).requireExit(2);
    assertTrue(run.errors().startsWith("volute: " + expected), run.errors());
    assertEquals(1, run.errors().lines().count(), run.errors());
    assertEquals("", run.output());
  }

  @Test
  void shouldSayThatACommandIsMissingWhenNothingIsTyped() {
    CommandLineRun run = CommandLineRun.of().requireExit(2);
    assertTrue(run.errors().startsWith("volute: a command is missing: allowed is "), run.errors());
  }

  @Test
  void shouldRefuseWhenTheEnvironmentNamesNoAddress() {
    CommandLineRun run =
        CommandLineRun.with(new byte[0], Map.of("VOLUTE_ADDRESS", "x"), "status").requireExit(2);
    assertTrue(run.errors().contains("address 'x'"), run.errors());
  }

  @Test
  void shouldRefuseWhenANameIsNotUnicode() {
    CommandLineRun.of("read", "a\ud800").requireExit(2);
  }

  @Test
  void shouldNameTheAddressWhenNobodyListens() {
    CommandLineRun.of("-a", "localhost:1", "status")
        .requireFailure(1, "cannot reach localhost:1: Connection refused");
    CommandLineRun.of("-a", "/nowhere/at/all", "status")
        .requireFailure(1, "cannot reach /nowhere/at/all: No such file or directory");
    String tooLong = "/" + "x".repeat(200);
    CommandLineRun run = CommandLineRun.of("-a", tooLong, "status").requireExit(1);
    assertTrue(run.errors().contains("cannot reach " + tooLong), run.errors());
  }

  @Test
  void shouldShowEveryCommandInHelp() {
    String help = CommandLineRun.of("--help").requireExit(0).output();
    for (String name : ClientCommand.commandNames()) {
      assertTrue(help.contains("\n  " + name + " "), name);
      String own = CommandLineRun.of(name, "-h").requireExit(0).output();
      assertTrue(own.startsWith("Usage: volute " + name), own);
    }
    assertEquals("volute development\n", CommandLineRun.of("--version").output());
  }

  @Test
  void shouldSayInAWholeSentenceWhatEachCommandDoes() {
    ClientCommand.describe()
        .getSubcommands()
        .forEach(
            (name, command) -> {
              String shown = command.getCommandSpec().usageMessage().description()[0];
              assertTrue(shown.endsWith("."), name + ": " + shown);
            });
  }

  @Test
  void shouldSpeakJsonWithProgramsInEveryCommand() {
    ClientCommand.describe()
        .getSubcommands()
        .forEach(
            (name, command) ->
                assertEquals(
                    !name.equals("completion"),
                    command.getCommandSpec().findOption("--json") != null,
                    name));
  }

  /** What a shell offers after some words, by the script that it was given. */
  private static String offered(Path directory, String shellWords) throws Exception {
    Path script = directory.resolve("completion");
    Files.writeString(script, CommandLineRun.of("completion").requireExit(0).output());
    String asked =
        "source \"$0\"; COMP_WORDS=("
            + shellWords
            + "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _complete_volute; echo ${COMPREPLY[@]}";
    Process bash = new ProcessBuilder("bash", "-c", asked, script.toString()).start();
    assertTrue(bash.waitFor(10, TimeUnit.SECONDS));
    return new String(bash.getInputStream().readAllBytes(), UTF_8).strip();
  }

  @Test
  void shouldOfferCommandsAndOptionsInAShell(@TempDir Path directory) throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "no bash");
    assertEquals("repair read", sorted(offered(directory, "volute re")));
    String options = offered(directory, "volute write --co");
    assertEquals("--content-type", options);
    assertTrue(offered(directory, "volute bench --").contains("--rate"));
  }

  private static String sorted(String words) {
    return Arrays.stream(words.split(" "))
        .sorted(Comparator.reverseOrder())
        .collect(Collectors.joining(" "));
  }

  @Test
  void shouldPrintACompletionForEveryCommand() {
    String script = CommandLineRun.of("completion").requireExit(0).output();
    for (String name : ClientCommand.commandNames()) {
      assertTrue(script.contains("_picocli_volute_" + name + "()"), name);
    }
    assertTrue(script.contains("complete "), script);
  }
}
