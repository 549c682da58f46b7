package io.volute.cli;

import io.volute.cli.doctor.Examination;
import io.volute.client.http.HttpClient;
import io.volute.client.link.Access;
import io.volute.client.link.Target;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Looks for what is wrong. */
@Command(
    name = "doctor",
    description = {
      "Look at a node, or at several of a cluster, and say what is wrong and what to do.",
      "Exits with 1 when something is wrong; notes alone exit with 0."
    })
final class DoctorCommand extends RemoteCommand {
  private static final int MAX_NODES = 1000;

  @Parameters(
      arity = "0..*",
      paramLabel = "ADDRESS",
      description = "The nodes to look at, all with the same token. Default: that of --address.")
  private List<String> addresses = new ArrayList<>();

  @Option(names = "--json", description = "The findings as a JSON object.")
  private boolean isJson;

  DoctorCommand(Session session) {
    super(session);
  }

  @Override
  int run(HttpClient client) throws CommandFailure {
    if (addresses.size() > MAX_NODES) {
      throw new CommandFailure(ExitCode.USAGE, "addresses: allowed are up to " + MAX_NODES);
    }
    Access access = session().access();
    List<Access> nodes = addresses.stream().map(Target::parse).map(access::at).toList();
    Examination examination = Examination.of(nodes.isEmpty() ? List.of(access) : nodes);
    if (isJson) {
      session().print(examination.json());
    } else {
      examination.lines().forEach(session()::print);
    }
    return examination.isHealthy() ? ExitCode.DONE : ExitCode.FAILED;
  }
}
