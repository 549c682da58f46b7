package io.volute.cli;

import io.volute.cli.text.JsonLines;
import io.volute.client.http.HttpClient;
import io.volute.client.http.HttpRequest;
import io.volute.client.http.HttpResponse;
import io.volute.client.json.JsonReader;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows where the versions of a key are. */
@Command(
    name = "explain",
    description = "Say who owns a key, which versions each owner has, and what is under way.")
final class ExplainCommand extends RemoteCommand {
  @Parameters(paramLabel = "NAME", description = "The key.")
  private String name;

  @Option(names = "--json", description = "The JSON object as the node sends it.")
  private boolean isJson;

  ExplainCommand(Session session) {
    super(session);
  }

  @Override
  int run(HttpClient client) throws IOException, CommandFailure {
    HttpRequest request = HttpRequest.get("/explain").parameter("name", name);
    try (HttpResponse answer = client.send(request)) {
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
