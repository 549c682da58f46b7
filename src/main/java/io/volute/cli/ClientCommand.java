package io.volute.cli;

import io.volute.cli.text.Durations;
import io.volute.cli.text.Shown;
import io.volute.client.link.Access;
import io.volute.client.link.Target;
import io.volute.client.link.Trust;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The {@code volute} command: its own options, and the commands below it. */
@Command(
    name = "volute",
    description = "Talks to a node of a Volute cluster.",
    versionProvider = ClientCommand.Version.class,
    footer = {
      "",
      "A node that asks for a token gets that of --token-file or --token, else the one in",
      "VOLUTE_TOKEN of the environment.",
      "",
      "Exit codes: 0 done, 1 failed, 2 bad usage, 4 not found."
    })
final class ClientCommand {
  static final String DEFAULT_ADDRESS = "localhost:1592";
  static final String ADDRESS_VARIABLE = "VOLUTE_ADDRESS";

  static final String TOKEN_VARIABLE = "VOLUTE_TOKEN";

  /** All commands, in the order in which help shows them. */
  private static final List<String> COMMANDS =
      List.of(
          "read",
          "write",
          "delete",
          "keys",
          "wait",
          "status",
          "members",
          "ring",
          "explain",
          "repair",
          "scrub",
          "backup",
          "join",
          "leave",
          "bench",
          "doctor",
          "completion");

  @Option(
      names = {"-a", "--address"},
      paramLabel = "ADDRESS",
      scope = ScopeType.INHERIT,
      description =
          "The node: HOST:PORT, https://HOST:PORT, or the path of a unix socket, with a / in it."
              + " Default: VOLUTE_ADDRESS of the environment, else localhost:1592.")
  private String address;

  @Option(
      names = "--answer-timeout",
      paramLabel = "DURATION",
      scope = ScopeType.INHERIT,
      defaultValue = "30s",
      description = "How long the node may be silent. Default: ${DEFAULT-VALUE}.")
  private Duration answerTimeout;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description = "Where the token is that the node asks for: the first line of a file.")
  private String tokenFile;

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      scope = ScopeType.INHERIT,
      description =
          "The token itself. Everybody on the machine sees a command line: better is --token-file.")
  private String token;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description =
          "Whose certificates are taken over https: those of a PEM file, in place of the"
              + " platform's.")
  private String authorities;

  @SuppressWarnings("unused") // The parser acts on it.
  @Option(
      names = {"-h", "--help"},
      scope = ScopeType.INHERIT,
      usageHelp = true,
      description = "Show this help.")
  private boolean isHelpAsked;

  @SuppressWarnings("unused") // The parser acts on it.
  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version of this client.")
  private boolean isVersionAsked;

  private ClientCommand() {}

  /** Runs one command line; returns the exit code and never exits by itself. */
  static int run(String[] args, InputStream in, PrintStream out, PrintStream err) {
    return run(args, in, out, err, System.getenv());
  }

  static int run(
      String[] args, InputStream in, PrintStream out, PrintStream err, Map<String, String> env) {
    Session session = new Session(in, out, err);
    ClientCommand root = new ClientCommand();
    CommandLine line = commandLine(root, session, Arrays.asList(args));
    line.setOut(new PrintWriter(out, true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(err, true, StandardCharsets.UTF_8));
    line.setExecutionStrategy(
        parsed -> {
          Integer helped = CommandLine.executeHelpRequest(parsed);
          if (helped != null) {
            return helped;
          }
          root.settle(session, line, env);
          return new CommandLine.RunLast().execute(parsed);
        });
    line.setParameterExceptionHandler(
        (e, arguments) -> {
          session.complain(usageError(e));
          return ExitCode.USAGE;
        });
    line.setExecutionExceptionHandler(
        (e, failed, parsed) -> {
          session.complain("internal error: " + Shown.message(e.toString()));
          return ExitCode.FAILED;
        });
    int exitCode = line.execute(args);
    out.flush();
    return exitCode;
  }

  static List<String> commandNames() {
    return COMMANDS;
  }

  /** The whole tree of commands, for those who look at it rather than run it. */
  static CommandLine describe() {
    Session nowhere = new Session(InputStream.nullInputStream(), System.out, System.err);
    return commandLine(new ClientCommand(), nowhere, List.of());
  }

  /**
   * Looking into a command class is most of the time to start: only those are looked into whose
   * names are among the words given, or all when there are none (for help, and for typing errors).
   */
  private static CommandLine commandLine(
      ClientCommand root, Session session, Iterable<String> words) {
    CommandLine line = new CommandLine(root);
    for (String word : words) {
      if (COMMANDS.contains(word) && !line.getSubcommands().containsKey(word)) {
        line.addSubcommand(word, command(word, session));
      }
    }
    if (line.getSubcommands().isEmpty()) {
      COMMANDS.forEach(name -> line.addSubcommand(name, command(name, session)));
    }
    line.registerConverter(
        Duration.class,
        text -> {
          try {
            return Durations.parse(text);
          } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
          }
        });
    line.registerConverter(int.class, text -> number(text, Integer::valueOf, "a whole number"));
    line.registerConverter(long.class, text -> number(text, Long::valueOf, "a whole number"));
    line.registerConverter(Double.class, text -> number(text, Double::valueOf, "a number"));
    // Names are plain data: one that begins with @ is no file of arguments.
    line.setExpandAtFiles(false);
    return line;
  }

  private static <T> T number(String text, Function<String, T> reader, String allowed) {
    try {
      return reader.apply(text);
    } catch (NumberFormatException e) {
      throw new TypeConversionException("'" + text + "': allowed is " + allowed);
    }
  }

  private static Object command(String name, Session session) {
    return switch (name) {
      case "read" -> new ReadCommand(session);
      case "write" -> new WriteCommand(session);
      case "delete" -> new DeleteCommand(session);
      case "keys" -> new KeysCommand(session);
      case "wait" -> new WaitCommand(session);
      case "status" -> new StatusCommand(session);
      case "members" -> new MembersCommand(session);
      case "ring" -> new RingCommand(session);
      case "explain" -> new ExplainCommand(session);
      case "repair" -> new RepairCommand(session);
      case "scrub" -> new ScrubCommand(session);
      case "backup" -> new BackupCommand(session);
      case "join" -> new JoinCommand(session);
      case "leave" -> new LeaveCommand(session);
      case "bench" -> new BenchCommand(session);
      case "doctor" -> new DoctorCommand(session);
      case "completion" -> new CompletionCommand(session);
      default -> throw new AssertionError("no such command: " + name);
    };
  }

  private void settle(Session session, CommandLine line, Map<String, String> env) {
    String named = env.getOrDefault(ADDRESS_VARIABLE, "");
    String chosen = address != null ? address : named.isEmpty() ? DEFAULT_ADDRESS : named;
    try {
      Trust trust = authorities == null ? Trust.platform() : trustOf(authorities);
      session.settle(new Access(Target.parse(chosen), answerTimeout, tokenOf(env), trust));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(line, e.getMessage(), e);
    }
  }

  private static Trust trustOf(String file) {
    try {
      return Trust.ofFile(Path.of(file));
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException("--ca " + file + ": no such file", e);
    } catch (IOException e) {
      throw new IllegalArgumentException("--ca " + e.getMessage(), e);
    }
  }

  private String tokenOf(Map<String, String> env) {
    if (tokenFile != null && token != null) {
      throw new IllegalArgumentException("--token and --token-file: allowed is one of them");
    }
    if (tokenFile == null) {
      return token != null ? token : env.getOrDefault(TOKEN_VARIABLE, "");
    }
    try {
      String text = Files.readString(Path.of(tokenFile));
      return text.lines()
          .map(String::strip)
          .filter(one -> !one.isEmpty() && !one.startsWith("#"))
          .findFirst()
          .map(one -> one.split("\\s+", 2)[0])
          .orElseThrow(
              () -> new IllegalArgumentException("--token-file " + tokenFile + ": no token in it"));
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException("--token-file " + tokenFile + ": no such file", e);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "--token-file " + tokenFile + ": can't be read, allowed is a text file", e);
    }
  }

  private static String usageError(ParameterException e) {
    CommandSpec spec = e.getCommandLine().getCommandSpec();
    if (spec.parent() == null && isUnknownCommand(e)) {
      String word = ((UnmatchedArgumentException) e).getUnmatched().get(0);
      return "unknown command '" + Shown.message(word) + "': allowed is " + allNames();
    }
    if (spec.parent() == null && e.getMessage().startsWith("Missing required subcommand")) {
      return "a command is missing: allowed is " + allNames();
    }
    String help = spec.qualifiedName() + " --help";
    return Shown.message(e.getMessage()) + " (see " + help + ")";
  }

  private static boolean isUnknownCommand(ParameterException e) {
    return e instanceof UnmatchedArgumentException unmatched
        && !unmatched.isUnknownOption()
        && !unmatched.getUnmatched().isEmpty();
  }

  private static String allNames() {
    return String.join(", ", COMMANDS);
  }

  /** The version that the jar states of itself. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = ClientCommand.class.getPackage().getImplementationVersion();
      return new String[] {"volute " + (version == null ? "development" : version)};
    }
  }
}
