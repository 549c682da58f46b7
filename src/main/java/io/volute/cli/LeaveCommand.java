package io.volute.cli;

import io.volute.client.http.HttpClient;
import io.volute.client.http.HttpRequest;
import io.volute.client.http.HttpResponse;
import java.io.IOException;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Takes a node out of its cluster. */
@Command(
    name = "leave",
    description = "Let the node hand its keys over and leave the cluster; returns when it has.")
final class LeaveCommand extends RemoteCommand {
  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      defaultValue = "1h",
      description = "How long to wait for that; the node goes on. Default: ${DEFAULT-VALUE}.")
  private Duration timeout;

  @Option(names = "--json", description = "A JSON object when it has left.")
  private boolean isJson;

  LeaveCommand(Session session) {
    super(session);
  }

  @Override
  int run(HttpClient client) throws IOException, CommandFailure {
    HttpRequest request = HttpRequest.post("/cluster/leave");
    try (HttpResponse answer =
        session().whileShown(() -> "handing keys over", () -> client.send(request, timeout))) {
      Answers.requireSuccess(answer, Answers.About.NODE);
      if (isJson) {
        session().print("{\"left\":true}");
      } else {
        session().copyText(answer.body());
      }
    }
    return ExitCode.DONE;
  }
}
