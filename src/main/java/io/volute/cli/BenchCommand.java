package io.volute.cli;

import io.volute.cli.bench.LoadPlan;
import io.volute.cli.bench.LoadPlan.Operation;
import io.volute.cli.bench.LoadPlan.Protocol;
import io.volute.cli.bench.LoadReport;
import io.volute.cli.bench.LoadRun;
import io.volute.cli.text.Shown;
import io.volute.client.http.HttpClient;
import io.volute.client.http.HttpRequest;
import io.volute.client.http.HttpResponse;
import io.volute.client.resp.RespConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes load and measures it. */
@Command(
    name = "bench",
    description = {
      "Make load and measure it: as quick as answers come or, with --rate, at a fixed rate.",
      "At a fixed rate the latency counts from when a request was due, so that a stall of the",
      "node shows in all requests that it held up."
    })
final class BenchCommand extends RemoteCommand {
  @Option(
      names = "--op",
      paramLabel = "OP",
      defaultValue = "write",
      description = "write, read or mixed (half and half). Default: ${DEFAULT-VALUE}.")
  private String operation;

  @Option(
      names = "--connections",
      paramLabel = "N",
      defaultValue = "8",
      description = "Connections, each with a thread. Default: ${DEFAULT-VALUE}.")
  private int connections;

  @Option(
      names = "--rate",
      paramLabel = "R",
      description = "Requests per second, all connections together.")
  private Double rate;

  @Option(
      names = "--keys",
      paramLabel = "K",
      defaultValue = "1000",
      description = "How many different keys. Default: ${DEFAULT-VALUE}.")
  private long keys;

  @Option(
      names = "--size",
      paramLabel = "BYTES",
      defaultValue = "100",
      description = "Size of a value. Default: ${DEFAULT-VALUE}.")
  private int size;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "10",
      description = "How long to measure, up to 3600. Default: ${DEFAULT-VALUE}.")
  private int seconds;

  @Option(
      names = "--warmup",
      paramLabel = "S",
      defaultValue = "1",
      description = "Load before it is measured, in seconds. Default: ${DEFAULT-VALUE}.")
  private int warmup;

  @Option(names = "--load", description = "Write every key once, before.")
  private boolean isLoadFirst;

  @Option(
      names = "--prefix",
      paramLabel = "TEXT",
      defaultValue = "bench/",
      description = "What names begin with. Default: ${DEFAULT-VALUE}.")
  private String prefix;

  @Option(names = "--mirrors", paramLabel = "N", description = "As in write.")
  private String mirrors;

  @Option(names = "--w", paramLabel = "W", description = "As in write.")
  private String writeAcks;

  @Option(names = "--r", paramLabel = "R", description = "As in read.")
  private String readAcks;

  @Option(
      names = "--protocol",
      paramLabel = "PROTOCOL",
      defaultValue = "http",
      description = "http or resp; the address says whether over TCP or a unix socket.")
  private String protocol;

  @Option(names = "--json", description = "The results as a JSON object.")
  private boolean isJson;

  BenchCommand(Session session) {
    super(session);
  }

  @Override
  int run(HttpClient client) throws IOException, CommandFailure {
    LoadPlan plan = plan();
    probe(client, plan.protocol());
    LoadRun load = new LoadRun(plan);
    LoadReport report = session().whileShown(load::stage, () -> measure(load));
    if (isJson) {
      session().print(report.json());
    } else {
      report.lines().forEach(session()::print);
    }
    if (report.successes() == 0) {
      throw new CommandFailure(ExitCode.FAILED, "no request succeeded: " + report.errors());
    }
    return ExitCode.DONE;
  }

  /** A node that is not there, or does not let us in, ends it before any thread is started. */
  private void probe(HttpClient client, Protocol spoken) throws IOException, CommandFailure {
    if (spoken == Protocol.RESP) {
      try (RespConnection connection = RespConnection.open(session().access())) {
        connection.call("PING");
      }
      return;
    }
    try (HttpResponse answer = client.send(HttpRequest.get("/status"))) {
      Answers.requireSuccess(answer, Answers.About.NODE);
    }
  }

  private LoadPlan plan() throws CommandFailure {
    Protocol spoken =
        switch (protocol) {
          case "http" -> Protocol.HTTP;
          case "resp" -> Protocol.RESP;
          default -> throw usage("--protocol", protocol, "http or resp");
        };
    if (spoken == Protocol.RESP && (mirrors != null || writeAcks != null || readAcks != null)) {
      throw new CommandFailure(
          ExitCode.USAGE, "--mirrors, --w and --r: the Redis protocol has no such thing");
    }
    Operation chosen =
        switch (operation) {
          case "write" -> Operation.WRITE;
          case "read" -> Operation.READ;
          case "mixed" -> Operation.MIXED;
          default -> throw usage("--op", operation, "write, read or mixed");
        };
    return new LoadPlan(
        session().access(),
        spoken,
        chosen,
        connections,
        Optional.ofNullable(rate),
        keys,
        size,
        Duration.ofSeconds(seconds),
        Duration.ofSeconds(warmup),
        prefix,
        mirrors,
        writeAcks,
        readAcks);
  }

  private static CommandFailure usage(String option, String value, String allowed) {
    return new CommandFailure(
        ExitCode.USAGE, option + " '" + Shown.message(value) + "': allowed is " + allowed);
  }

  private LoadReport measure(LoadRun run) throws IOException, CommandFailure {
    try {
      if (isLoadFirst) {
        run.preload();
      }
      return run.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure(ExitCode.FAILED, "interrupted");
    }
  }
}
