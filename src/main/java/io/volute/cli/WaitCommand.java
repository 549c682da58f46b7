package io.volute.cli;

import io.volute.cli.text.Shown;
import io.volute.client.http.HttpClient;
import io.volute.client.http.HttpRequest;
import io.volute.client.http.HttpResponse;
import java.io.IOException;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Waits for a key to exist, or to change. */
@Command(
    name = "wait",
    description = {
      "Wait until a key exists or, with --version, has moved on from that context.",
      "Prints the context of what is there then; exits with 4 when the time is over."
    })
final class WaitCommand extends RemoteCommand {
  private static final int NOTHING_NEW = 204;

  @Parameters(paramLabel = "NAME", description = "The key.")
  private String name;

  @Option(
      names = "--version",
      paramLabel = "CONTEXT",
      description = "Wait for something that this context does not cover.")
  private String version;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      defaultValue = "30s",
      description = "How long. Default: ${DEFAULT-VALUE}.")
  private Duration timeout;

  @Option(names = "--json", description = "Print version, siblings and acks as a JSON object.")
  private boolean isJson;

  WaitCommand(Session session) {
    super(session);
  }

  @Override
  int run(HttpClient client) throws IOException, CommandFailure {
    HttpRequest request =
        HttpRequest.get("/wait")
            .parameter("name", name)
            .parameter("version", version)
            .parameter("timeout", timeout.toMillis() + "ms");
    // The node is silent for as long as it waits.
    Duration patience = timeout.plus(session().patience());
    try (HttpResponse answer = client.send(request, patience)) {
      Answers.requireSuccess(answer, Answers.About.NODE);
      if (answer.status() == NOTHING_NEW) {
        throw new CommandFailure(
            ExitCode.NOT_FOUND,
            "nothing new under " + Shown.name(name) + " within " + timeout.toMillis() + " ms");
      }
      session().print(isJson ? "{" + Answers.headersAsJson(answer) + "}" : Answers.version(answer));
    }
    return ExitCode.DONE;
  }
}
