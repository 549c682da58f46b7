package io.volute.cli;

import io.volute.client.http.HttpClient;
import io.volute.client.http.HttpRequest;
import io.volute.client.http.HttpResponse;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists the members of the cluster. */
@Command(
    name = "members",
    description = "List the members that the node knows, itself first: UID HOST:PORT STATE.")
final class MembersCommand extends RemoteCommand {
  @Option(names = "--json", description = "JSON, with zone, weight and incarnation.")
  private boolean isJson;

  MembersCommand(Session session) {
    super(session);
  }

  @Override
  int run(HttpClient client) throws IOException, CommandFailure {
    HttpRequest request =
        HttpRequest.get("/membership").header("Accept", isJson ? "application/json" : null);
    try (HttpResponse answer = client.send(request)) {
      Answers.requireSuccess(answer, Answers.About.NODE);
      session().copyListing(answer, isJson);
    }
    return ExitCode.DONE;
  }
}
