package io.volute.cli;

import io.volute.cli.text.JsonLines;
import io.volute.client.http.HttpClient;
import io.volute.client.http.HttpRequest;
import io.volute.client.http.HttpResponse;
import io.volute.client.json.JsonReader;
import java.io.IOException;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Copies what a node holds into a directory of its home. */
@Command(
    name = "backup",
    description = {
      "Copy what the node holds at this moment into HOME/backups/LABEL on its machine.",
      "It is made of hard links where possible; returns when that is whole, and says where it is."
    })
final class BackupCommand extends RemoteCommand {
  @Parameters(
      arity = "1",
      paramLabel = "LABEL",
      description = "What to call it: 1 to 64 of A-Z a-z 0-9 . _ - that don't begin with a dot.")
  private String label;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      defaultValue = "1h",
      description = "How long to wait for that; the node goes on. Default: ${DEFAULT-VALUE}.")
  private Duration timeout;

  @Option(names = "--json", description = "The JSON object as the node sends it.")
  private boolean isJson;

  BackupCommand(Session session) {
    super(session);
  }

  @Override
  int run(HttpClient client) throws IOException, CommandFailure {
    HttpRequest request = HttpRequest.post("/backup").parameter("label", label);
    try (HttpResponse answer = client.send(request, timeout)) {
      Answers.requireSuccess(answer, Answers.About.NODE);
      if (isJson) {
        session().copyJson(answer.body());
      } else {
        JsonLines.write(new JsonReader(answer.body()), session()::print);
      }
    }
    return ExitCode.DONE;
  }
}
