package io.volute.cli;

import io.volute.cli.text.JsonLines;
import io.volute.cli.text.Shown;
import io.volute.client.http.HttpClient;
import io.volute.client.http.HttpRequest;
import io.volute.client.http.HttpResponse;
import io.volute.client.json.JsonReader;
import io.volute.client.link.Access;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A table of several nodes, a line each, drawn anew again and again in the same place. */
final class StatusWatch implements AutoCloseable {
  private static final String FORMAT = "%-12s %-9s %8s %11s %15s %9s %6s %-18s";
  private static final String HEAD =
      String.format(
              Locale.ROOT,
              FORMAT,
              "NODE",
              "STATE",
              "MEMBERS",
              "KEYS",
              "BYTES",
              "HINTS",
              "SYNCS",
              "MOVING")
          .stripTrailing();

  private static final String CLEAR_REST_OF_LINE = "\033[K";
  private static final String CLEAR_BELOW = "\033[J";

  private record Watched(Access access, HttpClient client) {}

  private final Session session;
  private final boolean isTerminal;
  private final List<Watched> nodes = new ArrayList<>();
  private int linesShown;

  /**
   * Nothing is asked yet.
   *
   * @param isTerminal whether what is drawn again takes the place of what was drawn before;
   *     otherwise it follows after an empty line
   */
  StatusWatch(Session session, List<Access> accesses, boolean isTerminal) {
    this.session = session;
    this.isTerminal = isTerminal;
    accesses.forEach(access -> nodes.add(new Watched(access, new HttpClient(access))));
  }

  /**
   * Draws until it was done so often.
   *
   * @param times 0 for without end
   */
  void run(Duration every, int times) throws CommandFailure {
    for (int i = 0; times == 0 || i < times; i++) {
      if (i > 0) {
        pause(every);
      }
      draw();
    }
  }

  private static void pause(Duration time) throws CommandFailure {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure(ExitCode.FAILED, "interrupted");
    }
  }

  private void draw() throws CommandFailure {
    List<String> lines = new ArrayList<>(List.of(HEAD));
    String others = "";
    for (Watched node : nodes) {
      try {
        Map<String, String> status = ask(node, "/status");
        lines.add(line(status));
        others = others.isEmpty() ? notAlive(status.get("uid"), ask(node, "/membership")) : others;
      } catch (IOException e) {
        lines.add(Shown.printable(node.access().target() + "  does not answer"));
      }
    }
    if (!others.isEmpty()) {
      lines.add(others);
    }
    show(lines);
  }

  private void show(List<String> lines) throws CommandFailure {
    if (isTerminal) {
      // To the first line of the last picture: what was printed before it stays.
      String start = linesShown == 0 ? "" : "\033[" + linesShown + "F";
      String picture = String.join(CLEAR_REST_OF_LINE + "\n", lines);
      session.print(start + picture + CLEAR_REST_OF_LINE + CLEAR_BELOW);
    } else {
      if (linesShown > 0) {
        session.print("");
      }
      lines.forEach(session::print);
    }
    linesShown = lines.size();
    session.requireOutput();
  }

  private static Map<String, String> ask(Watched node, String path) throws IOException {
    HttpRequest request = HttpRequest.get(path).header("Accept", "application/json");
    try (HttpResponse answer = node.client().send(request)) {
      if (answer.status() != 200 || !answer.isOfType("application/json")) {
        throw new IOException("status " + answer.status());
      }
      Map<String, String> fields = new TreeMap<>();
      JsonLines.walk(new JsonReader(answer.body()), fields::put);
      return fields;
    }
  }

  private static String line(Map<String, String> status) {
    return String.format(
            Locale.ROOT,
            FORMAT,
            status.get("uid"),
            status.get("state"),
            status.get("membersAlive") + "/" + status.get("members"),
            status.get("keys"),
            status.get("bytes"),
            status.get("hints"),
            status.get("syncsUnderWay"),
            moving(status))
        .stripTrailing();
  }

  private static String moving(Map<String, String> status) {
    return "true".equals(status.get("moving.underWay"))
        ? status.get("moving.percent") + "%, " + status.get("moving.keysUnconfirmed") + " left"
        : "-";
  }

  /** Who is not well, as one of them sees it; empty when all are. */
  private static String notAlive(String seenBy, Map<String, String> membership) {
    List<String> found = new ArrayList<>();
    membership.forEach(
        (path, state) -> {
          if (path.endsWith(".state") && !state.equals("alive")) {
            String member = path.substring(0, path.length() - "state".length());
            found.add(membership.get(member + "uid") + " " + state);
          }
        });
    return found.isEmpty() ? "" : seenBy + " sees: " + String.join(", ", found);
  }

  @Override
  public void close() throws IOException {
    for (Watched node : nodes) {
      node.client().close();
    }
  }
}
