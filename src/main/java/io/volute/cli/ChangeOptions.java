package io.volute.cli;

import io.volute.client.http.HttpRequest;
import io.volute.client.http.HttpResponse;
import java.io.IOException;
import picocli.CommandLine.Option;

/** What write and delete have in common: what they replace, when, and how surely. */
final class ChangeOptions {
  @Option(
      names = "--version",
      paramLabel = "CONTEXT",
      description = "Replace just what this context covers.")
  private String version;

  @Option(
      names = "--w",
      paramLabel = "W",
      description = "How many owners must have it: a number, one, quorum or all.")
  private String acks;

  @Option(names = "--if-match", paramLabel = "ETAG", description = "Only over this version.")
  private String ifMatch;

  @Option(
      names = "--if-none-match",
      paramLabel = "ETAG",
      description = "Only over another version; '*': only when there is none.")
  private String ifNoneMatch;

  @Option(names = "--json", description = "Print version, siblings and acks as a JSON object.")
  private boolean isJson;

  HttpRequest addTo(HttpRequest request) {
    return request
        .parameter("version", version)
        .parameter("w", acks)
        .header("If-Match", ifMatch)
        .header("If-None-Match", ifNoneMatch);
  }

  /** Prints the context after the change. */
  int report(Session session, HttpResponse answer, Answers.About about)
      throws IOException, CommandFailure {
    Answers.requireSuccess(answer, about);
    if (isJson) {
      session.print("{" + Answers.headersAsJson(answer) + "}");
    } else {
      session.print(Answers.version(answer));
    }
    return ExitCode.DONE;
  }
}
