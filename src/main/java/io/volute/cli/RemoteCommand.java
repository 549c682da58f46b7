package io.volute.cli;

import io.volute.client.http.HttpClient;
import java.io.IOException;
import java.util.concurrent.Callable;

/** A command that asks a node; turns all that may go wrong into one line and an exit code. */
abstract class RemoteCommand implements Callable<Integer> {
  private final Session session;

  RemoteCommand(Session session) {
    this.session = session;
  }

  final Session session() {
    return session;
  }

  /** Does it; returns the exit code. */
  abstract int run(HttpClient client) throws IOException, CommandFailure;

  @Override
  public final Integer call() {
    try (HttpClient client = session.client()) {
      int exitCode = run(client);
      session.requireOutput();
      return exitCode;
    } catch (CommandFailure e) {
      session.complain(e.getMessage());
      return e.exitCode();
    } catch (IllegalArgumentException e) {
      // A parameter or header that can't be sent.
      session.complain(e.getMessage());
      return ExitCode.USAGE;
    } catch (IOException e) {
      session.complain(e.getMessage() == null ? e.toString() : e.getMessage());
      return ExitCode.FAILED;
    }
  }
}
