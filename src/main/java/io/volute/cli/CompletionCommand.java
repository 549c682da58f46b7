package io.volute.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;

/** Prints what teaches bash the commands and options. */
@Command(
    name = "completion",
    description = "Print a completion script for bash: source <(volute completion).")
final class CompletionCommand implements Callable<Integer> {
  private final Session session;

  CompletionCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    session.print(AutoComplete.bash("volute", ClientCommand.describe()));
    return ExitCode.DONE;
  }
}
