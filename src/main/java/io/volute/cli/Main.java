package io.volute.cli;

import java.util.Arrays;

/** Where the jar begins: the daemon or the client, by the first argument. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) throws InterruptedException {
    String role = arguments.length == 0 ? "" : arguments[0];
    String[] rest = Arrays.copyOfRange(arguments, Math.min(1, arguments.length), arguments.length);
    switch (role) {
      case "client" -> System.exit(ClientCommand.run(rest, System.in, System.out, System.err));
      case "daemon" -> System.exit(DaemonCommand.run(rest, System.out, System.err));
      default -> {
        System.err.println(
            "volute: the first argument is 'daemon' or 'client', not '" + role + "'");
        System.exit(2);
      }
    }
  }
}
