package io.volute.cli;

import io.volute.client.http.HttpClient;
import io.volute.client.http.HttpRequest;
import io.volute.client.http.HttpResponse;
import io.volute.client.http.RequestBody;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a value from a file or from standard input. */
@Command(
    name = "write",
    description = {
      "Store standard input, or a file, as the value of a key.",
      "Prints the context of the new version."
    })
final class WriteCommand extends RemoteCommand {
  @Parameters(index = "0", paramLabel = "NAME", description = "The key.")
  private String name;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "FILE",
      description = "Where the value is; standard input without it, or for '-'.")
  private String file;

  @Option(
      names = "--mirrors",
      paramLabel = "N",
      description = "How many members keep the key; 0 is all.")
  private String mirrors;

  @Option(names = "--ttl", paramLabel = "DURATION", description = "When the value goes away.")
  private String ttl;

  @Option(names = "--content-type", paramLabel = "TYPE", description = "What the value is.")
  private String contentType;

  @Mixin private ChangeOptions change;

  WriteCommand(Session session) {
    super(session);
  }

  @Override
  int run(HttpClient client) throws IOException, CommandFailure {
    HttpRequest request =
        change.addTo(
            HttpRequest.post("/write")
                .parameter("name", name)
                .parameter("mirrors", mirrors)
                .parameter("ttl", ttl)
                .header("Content-Type", contentType));
    if (file == null || file.equals("-")) {
      return send(client, request, session().in(), RequestBody.UNKNOWN);
    }
    Path path = pathOf(file);
    try (InputStream source = open(path)) {
      return send(client, request, source, lengthOf(path));
    }
  }

  private int send(HttpClient client, HttpRequest request, InputStream source, long length)
      throws IOException, CommandFailure {
    try (HttpResponse answer = sendShown(client, request, source, length)) {
      return change.report(session(), answer, Answers.About.NODE);
    }
  }

  private HttpResponse sendShown(
      HttpClient client, HttpRequest request, InputStream source, long length) throws IOException {
    try (Progress progress = session().progress(length, false)) {
      InputStream metered = progress.meter(source);
      return client.send(
          request.body(
              length < 0 ? RequestBody.streamed(metered) : new RequestBody(metered, length)));
    }
  }

  private static Path pathOf(String file) throws CommandFailure {
    try {
      return Path.of(file);
    } catch (InvalidPathException e) {
      throw new CommandFailure(ExitCode.FAILED, "cannot read " + file + ": no such file");
    }
  }

  private static InputStream open(Path path) throws IOException, CommandFailure {
    try {
      if (Files.isDirectory(path)) {
        throw new CommandFailure(ExitCode.FAILED, "cannot read " + path + ": a directory");
      }
      return Files.newInputStream(path);
    } catch (NoSuchFileException e) {
      throw new CommandFailure(ExitCode.FAILED, "cannot read " + path + ": no such file");
    } catch (IOException e) {
      throw new CommandFailure(ExitCode.FAILED, "cannot read " + path + ": " + e.getMessage());
    }
  }

  /** A pipe or a device says that it is empty, and is not. */
  private static long lengthOf(Path path) throws IOException {
    return Files.isRegularFile(path) ? Files.size(path) : RequestBody.UNKNOWN;
  }
}
