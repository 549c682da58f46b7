package io.volute.cli;

import io.volute.cli.text.JsonLines;
import io.volute.client.http.HttpClient;
import io.volute.client.http.HttpRequest;
import io.volute.client.http.HttpResponse;
import io.volute.client.json.JsonReader;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Says how a node is. */
@Command(
    name = "status",
    description = "Say how the node is: one word, and what it says of itself below.")
final class StatusCommand extends RemoteCommand {
  @Option(names = "--json", description = "The JSON object as the node sends it.")
  private boolean isJson;

  StatusCommand(Session session) {
    super(session);
  }

  @Override
  int run(HttpClient client) throws IOException, CommandFailure {
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
