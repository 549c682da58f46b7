package io.volute.cli;

import io.volute.cli.text.Shown;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Prints what teaches a shell the commands and options. */
@Command(
    name = "completion",
    description = {
      "Print a completion script for a shell.",
      "bash: source <(volute completion bash); zsh: source <(volute completion zsh)."
    })
final class CompletionCommand implements Callable<Integer> {
  /** The script below is for bash, and asks zsh for its emulation of that. */
  private static final String ZSH_BEFORE =
      "#compdef volute\nautoload -Uz compinit\n(( ${+functions[compdef]} )) || compinit -u\n";

  private final Session session;

  @Parameters(
      arity = "0..1",
      paramLabel = "SHELL",
      defaultValue = "bash",
      description = "bash or zsh. Default: ${DEFAULT-VALUE}.")
  private String shell;

  CompletionCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    if (!shell.equals("bash") && !shell.equals("zsh")) {
      session.complain("shell '" + Shown.message(shell) + "': allowed is bash or zsh");
      return ExitCode.USAGE;
    }
    String script = AutoComplete.bash("volute", ClientCommand.describe());
    session.print(shell.equals("zsh") ? ZSH_BEFORE + script : script);
    return ExitCode.DONE;
  }
}
