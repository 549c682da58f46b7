package io.volute.cli;

import io.volute.client.http.HttpClient;
import io.volute.client.http.HttpRequest;
import io.volute.client.http.HttpResponse;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Deletes a key. */
@Command(
    name = "delete",
    description = {"Delete a key.", "Prints the context of the deletion."})
final class DeleteCommand extends RemoteCommand {
  @Parameters(paramLabel = "NAME", description = "The key.")
  private String name;

  @Mixin private ChangeOptions change;

  DeleteCommand(Session session) {
    super(session);
  }

  @Override
  int run(HttpClient client) throws IOException, CommandFailure {
    HttpRequest request = change.addTo(HttpRequest.post("/delete").parameter("name", name));
    try (HttpResponse answer = client.send(request)) {
      return change.report(session(), answer, Answers.About.KEY);
    }
  }
}
