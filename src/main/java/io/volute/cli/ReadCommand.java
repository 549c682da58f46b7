package io.volute.cli;

import io.volute.client.http.HttpClient;
import io.volute.client.http.HttpRequest;
import io.volute.client.http.HttpResponse;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Reads a value to standard output. */
@Command(name = "read", description = "Write the value of a key to standard output.")
final class ReadCommand extends RemoteCommand {
  private static final int MULTIPLE_CHOICES = 300;

  @Parameters(paramLabel = "NAME", description = "The key.")
  private String name;

  @Option(
      names = "--version",
      paramLabel = "CONTEXT",
      description = "Take no answer that is older than this context.")
  private String version;

  @Option(
      names = "--r",
      paramLabel = "R",
      description = "How many owners must answer: a number, one, quorum or all.")
  private String acks;

  @Option(
      names = "--siblings",
      description = "Show all concurrent versions, each after a line that names it.")
  private boolean isAll;

  @Option(names = "--json", description = "A JSON object; the value is in it, as base64.")
  private boolean isJson;

  @Option(
      names = {"-v", "--verbose"},
      description = "Say on standard error which version it is.")
  private boolean isVerbose;

  ReadCommand(Session session) {
    super(session);
  }

  @Override
  int run(HttpClient client) throws IOException, CommandFailure {
    HttpRequest request =
        HttpRequest.get("/read")
            .parameter("name", name)
            .parameter("version", version)
            .parameter("r", acks)
            .parameter("siblings", isAll ? "all" : null);
    try (HttpResponse answer = client.send(request)) {
      boolean isMultipart = isAll && answer.status() == MULTIPLE_CHOICES;
      if (!isMultipart) {
        Answers.requireSuccess(answer, Answers.About.KEY);
      }
      if (isVerbose) {
        session().complain("version " + Answers.version(answer));
      }
      if (isJson || isAll) {
        new SiblingView(session(), isJson).show(name, answer, isMultipart);
      } else {
        showValue(answer);
      }
    }
    return ExitCode.DONE;
  }

  private void showValue(HttpResponse answer) throws IOException, CommandFailure {
    try (Progress progress = session().progress(answer.bodyLength(), true)) {
      session().copy(progress.meter(answer.body()));
    }
    int siblings = Answers.siblings(answer);
    if (siblings > 1) {
      session().complain(siblings + " siblings, this is the newest; --siblings shows all");
    }
  }
}
