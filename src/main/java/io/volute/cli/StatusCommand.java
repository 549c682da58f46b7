package io.volute.cli;

import io.volute.cli.text.JsonLines;
import io.volute.client.http.HttpClient;
import io.volute.client.http.HttpRequest;
import io.volute.client.http.HttpResponse;
import io.volute.client.json.JsonReader;
import io.volute.client.link.Access;
import io.volute.client.link.Target;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says how a node is, or how several are, again and again. */
@Command(
    name = "status",
    description = "Say how the node is: one word, and what it says of itself below.")
final class StatusCommand extends RemoteCommand {
  private static final Duration LONGEST_SILENCE = Duration.ofSeconds(1);

  @Option(names = "--json", description = "The JSON object as the node sends it.")
  private boolean isJson;

  @Option(
      names = "--watch",
      description = "Show a line for each of the nodes in one place, until Ctrl-C.")
  private boolean isWatching;

  @Option(
      names = "--every",
      paramLabel = "DURATION",
      defaultValue = "1s",
      description = "With --watch: the pause between two looks. Default: ${DEFAULT-VALUE}.")
  private Duration every;

  @Option(
      names = "--times",
      paramLabel = "N",
      defaultValue = "0",
      description = "With --watch: stop after so many looks. Default: 0, never.")
  private int times;

  @Parameters(
      paramLabel = "ADDRESS",
      arity = "0..*",
      description = "With --watch: the nodes, as with -a. Default: the one of -a.")
  private List<String> addresses = List.of();

  StatusCommand(Session session) {
    super(session);
  }

  private int watch() throws IOException, CommandFailure {
    if (isJson || times < 0 || every.isNegative()) {
      throw new CommandFailure(
          ExitCode.USAGE, "--watch: allowed are --times and --every of 0 and more, and no --json");
    }
    List<Access> nodes = new ArrayList<>();
    Access first = session().access();
    Access brief = new Access(first.target(), shorter(), first.token(), first.trust());
    addresses.forEach(address -> nodes.add(brief.at(Target.parse(address))));
    List<Access> watched = nodes.isEmpty() ? List.of(brief) : nodes;
    try (StatusWatch watch = new StatusWatch(session(), watched, session().isOnTerminal())) {
      watch.run(every, times);
    }
    return ExitCode.DONE;
  }

  /** One that stands still must not keep the others from being shown for long. */
  private Duration shorter() {
    return session().patience().compareTo(LONGEST_SILENCE) < 0
        ? session().patience()
        : LONGEST_SILENCE;
  }

  @Override
  int run(HttpClient client) throws IOException, CommandFailure {
    if (isWatching) {
      return watch();
    } else if (!addresses.isEmpty()) {
      throw new CommandFailure(ExitCode.USAGE, "several nodes are shown with --watch only");
    }
    if (!isJson) {
      try (HttpResponse word = client.send(HttpRequest.get("/status"))) {
        Answers.requireSuccess(word, Answers.About.NODE);
        session().copyText(word.body());
      }
    }
    HttpRequest details = HttpRequest.get("/status").header("Accept", "application/json");
    try (HttpResponse answer = client.send(details)) {
      Answers.requireSuccess(answer, Answers.About.NODE);
      if (isJson) {
        session().copyJson(answer.body());
      } else if (answer.isOfType("application/json")) {
        JsonLines.write(new JsonReader(answer.body()), line -> session().print("  " + line));
      }
    }
    return ExitCode.DONE;
  }
}
