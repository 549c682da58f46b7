package io.volute.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Holds the page about the client equal to its commands and options. */
class CliReferenceTest {
  private static final Path PAGE = Path.of("docs/reference/cli.md");
  private static final Pattern OPTION = Pattern.compile("--[a-z][a-z-]*");

  /** Sections by the name of their command; what comes before them is under "". */
  private static Map<String, String> sections() throws IOException {
    Map<String, String> sections = new LinkedHashMap<>();
    String name = "";
    for (String line : Files.readAllLines(PAGE)) {
      if (line.startsWith("## ")) {
        name = line.substring("## ".length());
      }
      sections.merge(name, line + "\n", String::concat);
    }
    return sections;
  }

  private static Set<String> optionsOf(CommandLine command, boolean areInherited) {
    Set<String> options = new TreeSet<>();
    for (OptionSpec option : command.getCommandSpec().options()) {
      if (option.inherited() == areInherited) {
        options.add(option.longestName());
      }
    }
    return options;
  }

  @Test
  void shouldDescribeEveryCommandInTheOrderOfHelp() throws IOException {
    List<String> described = new ArrayList<>(sections().keySet());
    described.remove("");
    assertEquals(ClientCommand.commandNames(), described);
  }

  @Test
  void shouldShowAnExampleAndEveryOptionOfACommand() throws IOException {
    Map<String, String> sections = sections();
    Map<String, CommandLine> commands = ClientCommand.describe().getSubcommands();
    for (Map.Entry<String, CommandLine> command : commands.entrySet()) {
      String name = command.getKey();
      String section = sections.get(name);
      Pattern example = Pattern.compile("(?m)^    .*\\bvolute( -a [^ ]+)? " + name + "\\b");
      assertTrue(example.matcher(section).find(), "no example of " + name);
      Set<String> described = new TreeSet<>();
      Matcher matcher = OPTION.matcher(section);
      while (matcher.find()) {
        described.add(matcher.group());
      }
      assertEquals(optionsOf(command.getValue(), false), described, name);
    }
  }

  @Test
  void shouldDescribeTheOptionsOfEveryCommandOnce() throws IOException {
    String introduction = sections().get("");
    for (CommandLine command : ClientCommand.describe().getSubcommands().values()) {
      for (String option : optionsOf(command, true)) {
        assertTrue(introduction.contains("`" + option), option);
      }
    }
    assertTrue(introduction.contains(ClientCommand.DEFAULT_ADDRESS));
    assertTrue(introduction.contains(ClientCommand.ADDRESS_VARIABLE));
  }
}
