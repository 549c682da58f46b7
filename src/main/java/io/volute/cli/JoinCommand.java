package io.volute.cli;

import io.volute.cli.text.Json;
import io.volute.cli.text.Shown;
import io.volute.client.http.HttpClient;
import io.volute.client.http.HttpRequest;
import io.volute.client.http.HttpResponse;
import io.volute.client.http.RequestBody;
import io.volute.identity.HostPort;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a node a member of a cluster. */
@Command(name = "join", description = "Let the node join the cluster that these peers belong to.")
final class JoinCommand extends RemoteCommand {
  @Parameters(
      arity = "1..*",
      paramLabel = "HOST:PORT",
      description = "Where a member listens for peers (UDP).")
  private List<String> peers;

  @Option(names = "--json", description = "The peers that were asked, as a JSON object.")
  private boolean isJson;

  JoinCommand(Session session) {
    super(session);
  }

  @Override
  int run(HttpClient client) throws IOException, CommandFailure {
    for (String peer : peers) {
      if (HostPort.parse(peer).isEmpty()) {
        throw new CommandFailure(
            ExitCode.USAGE, "peer '" + Shown.message(peer) + "': allowed is " + HostPort.RULE);
      }
    }
    String list = peers.stream().map(Json::quote).collect(Collectors.joining(","));
    byte[] body = ("{\"peers\":[" + list + "]}").getBytes(StandardCharsets.UTF_8);
    HttpRequest request =
        HttpRequest.post("/cluster/join")
            .header("Content-Type", "application/json")
            .body(RequestBody.of(body));
    try (HttpResponse answer = session().whileShown(() -> "joining", () -> client.send(request))) {
      Answers.requireSuccess(answer, Answers.About.NODE);
      if (isJson) {
        session().print("{\"joined\":true,\"peers\":[" + list + "]}");
      } else {
        session().copyText(answer.body());
      }
    }
    return ExitCode.DONE;
  }
}
