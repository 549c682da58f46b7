package io.volute.cli;

import io.volute.client.http.HttpClient;
import io.volute.client.http.HttpRequest;
import io.volute.client.http.HttpResponse;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows how keys are shared out. */
@Command(
    name = "ring",
    description = "List each member's share of the key space, or the owners of a key in order.")
final class RingCommand extends RemoteCommand {
  @Parameters(arity = "0..1", paramLabel = "NAME", description = "The key.")
  private String name;

  @Option(names = "--json", description = "JSON.")
  private boolean isJson;

  RingCommand(Session session) {
    super(session);
  }

  @Override
  int run(HttpClient client) throws IOException, CommandFailure {
    HttpRequest request =
        HttpRequest.get("/ring")
            .parameter("name", name)
            .header("Accept", isJson ? "application/json" : null);
    try (HttpResponse answer = client.send(request)) {
      Answers.requireSuccess(answer, Answers.About.NODE);
      session().copyListing(answer, isJson);
    }
    return ExitCode.DONE;
  }
}
