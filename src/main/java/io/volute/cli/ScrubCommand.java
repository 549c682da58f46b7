package io.volute.cli;

import io.volute.cli.text.JsonLines;
import io.volute.client.http.HttpClient;
import io.volute.client.http.HttpRequest;
import io.volute.client.http.HttpResponse;
import io.volute.client.json.JsonReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Has a node read and check everything that it has on its disk. */
@Command(
    name = "scrub",
    description = {
      "Let the node read and check everything that it has on its disk, and wait for the end.",
      "What is damaged is fetched from other members. Exit code 1 when something was."
    })
final class ScrubCommand extends RemoteCommand {
  private static final long POLL_MILLIS = 500;
  private static final String RUNNING = "\"state\":\"running\"";
  private static final String NO_DAMAGE = "\"damagedPlaces\":0,";

  @Option(names = "--no-wait", description = "Only begin, and say how far it is.")
  private boolean isNoWait;

  @Option(names = "--json", description = "The JSON object as the node sends it, at the end.")
  private boolean isJson;

  ScrubCommand(Session session) {
    super(session);
  }

  @Override
  int run(HttpClient client) throws IOException, CommandFailure {
    String state = ask(client, HttpRequest.post("/scrub"));
    while (!isNoWait && state.contains(RUNNING)) {
      try {
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CommandFailure(ExitCode.FAILED, "interrupted; the node goes on");
      }
      state = ask(client, HttpRequest.get("/scrub"));
    }
    byte[] bytes = state.getBytes(StandardCharsets.UTF_8);
    if (isJson) {
      session().copyJson(new ByteArrayInputStream(bytes));
    } else {
      JsonLines.write(new JsonReader(new ByteArrayInputStream(bytes)), session()::print);
    }
    return state.contains(NO_DAMAGE) ? ExitCode.DONE : ExitCode.FAILED;
  }

  private static String ask(HttpClient client, HttpRequest request)
      throws IOException, CommandFailure {
    try (HttpResponse answer = client.send(request)) {
      Answers.requireSuccess(answer, Answers.About.NODE);
      return new String(answer.body().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
