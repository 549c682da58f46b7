package io.volute.cli;

import io.volute.cli.text.Shown;
import io.volute.client.http.HttpClient;
import io.volute.client.http.HttpRequest;
import io.volute.client.http.HttpResponse;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Has a node compare its keys with the other members' and mend what differs. */
@Command(
    name = "repair",
    description = {
      "Compare the node's keys with those of all other members, and mend what differs.",
      "How far it is goes to standard error; the end to standard output."
    })
final class RepairCommand extends RemoteCommand {
  private static final String DONE = "\"done\":true";

  @Parameters(arity = "0..1", paramLabel = "PREFIX", description = "Only names that begin so.")
  private String prefix;

  @Option(names = "--json", description = "The JSON lines as the node sends them.")
  private boolean isJson;

  RepairCommand(Session session) {
    super(session);
  }

  @Override
  int run(HttpClient client) throws IOException, CommandFailure {
    HttpRequest request = HttpRequest.post("/repair").parameter("prefix", prefix);
    String last = "";
    try (HttpResponse answer = client.send(request);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
      Answers.requireSuccess(answer, Answers.About.NODE);
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        last = line;
        if (isJson) {
          session().print(line);
        } else if (!line.contains(DONE)) {
          session().complain(shown(line));
        }
      }
    }
    if (!last.contains(DONE)) {
      throw new CommandFailure(ExitCode.FAILED, "the repair has ended early: " + shown(last));
    }
    if (!isJson) {
      session().print(shown(last));
    }
    boolean whole =
        last.contains("\"membersUnreachable\":0,") && last.contains("\"keysUnmended\":0,");
    return whole ? ExitCode.DONE : ExitCode.FAILED;
  }

  /** The fields as words: {@code members 3, membersDone 1, …}. */
  private static String shown(String json) {
    return Shown.printable(json.replaceAll("[{}\"]", "").replace(":", " ").replace(",", ", "));
  }
}
