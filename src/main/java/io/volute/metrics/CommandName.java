package io.volute.metrics;

import io.volute.command.Command;

/** What commands are called in metrics. */
final class CommandName {
  private CommandName() {}

  static String of(Command command) {
    if (command instanceof Command.Write) {
      return "write";
    } else if (command instanceof Command.Delete) {
      return "delete";
    } else if (command instanceof Command.Read) {
      return "read";
    } else if (command instanceof Command.ListKeys) {
      return "list";
    } else if (command instanceof Command.Upload) {
      return "upload";
    } else if (command instanceof Command.ReadChunk) {
      return "read_chunk";
    } else if (command instanceof Command.NextChanges) {
      return "watch";
    } else if (command instanceof Command.Explain) {
      return "explain";
    } else if (command instanceof Command.Repair) {
      return "repair";
    } else if (command instanceof Command.Scrub) {
      return "scrub";
    } else if (command instanceof Command.Backup) {
      return "backup";
    }
    return command instanceof Command.Gather ? "gather" : "describe";
  }
}
