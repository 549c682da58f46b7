package io.volute.cli;

import io.volute.cli.text.Shown;
import io.volute.client.http.HttpClient;
import io.volute.client.http.HttpRequest;
import io.volute.client.http.HttpResponse;
import io.volute.client.json.JsonReader;
import io.volute.client.json.JsonReader.Token;
import io.volute.client.json.MalformedJsonException;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists keys, as they come in. */
@Command(
    name = "keys",
    description = {
      "List keys in the order of their names, one a line.",
      "Control characters and backslashes in a name are shown as JSON escapes."
    })
final class KeysCommand extends RemoteCommand {
  @Parameters(arity = "0..1", paramLabel = "PREFIX", description = "Only names that begin so.")
  private String prefix;

  @Option(names = "--after", paramLabel = "NAME", description = "Only names after this one.")
  private String after;

  @Option(names = "--limit", paramLabel = "N", description = "At most so many.")
  private String limit;

  @Option(names = "--deleted", description = "Deleted keys too, with size 0.")
  private boolean withDeleted;

  @Option(names = "--all", description = "The system's keys too.")
  private boolean withSystem;

  @Option(
      names = "--scope",
      paramLabel = "SCOPE",
      description = "local: what this member holds (the default); cluster: all keys.")
  private String scope;

  @Option(
      names = {"-l", "--long"},
      description = "A line a version: its size, its context and the name.")
  private boolean isLong;

  @Option(names = "--json", description = "The JSON object as the node sends it.")
  private boolean isJson;

  KeysCommand(Session session) {
    super(session);
  }

  @Override
  int run(HttpClient client) throws IOException, CommandFailure {
    HttpRequest request =
        HttpRequest.get("/list-keys")
            .parameter("prefix", prefix)
            .parameter("after", after)
            .parameter("limit", limit)
            .parameter("deleted", withDeleted ? "1" : null)
            .parameter("all", withSystem ? "1" : null)
            .parameter("scope", scope);
    try (HttpResponse answer = client.send(request)) {
      Answers.requireSuccess(answer, Answers.About.NODE);
      if (isJson) {
        session().copyJson(answer.body());
      } else {
        list(new JsonReader(answer.body()));
      }
    }
    return ExitCode.DONE;
  }

  private void list(JsonReader json) throws IOException {
    if (json.next() != Token.BEGIN_OBJECT) {
      throw notAListing();
    }
    for (Token token = json.next(); token != Token.END_OBJECT; token = json.next()) {
      String name = json.text();
      if (json.next() != Token.STRING) {
        throw notAListing();
      }
      print(Shown.name(name), json.text());
    }
    json.next(); // Nothing may follow.
  }

  private void print(String name, String versions) throws IOException {
    if (!isLong) {
      session().print(name);
      return;
    }
    for (String version : versions.split(" ", -1)) {
      int colon = version.indexOf(':');
      if (colon < 0) {
        throw notAListing();
      }
      String size = version.substring(0, colon);
      session().print(Shown.name(size + " " + version.substring(colon + 1)) + " " + name);
    }
  }

  private static MalformedJsonException notAListing() {
    return new MalformedJsonException("not a listing of keys");
  }
}
