package io.volute.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every path of the contract by each of its methods, at a real node over both doors. A path that is
 * served and has no row here, or the other way round, is a failure. What an answer has in detail is
 * in {@link CommandContractTest}, and limits and errors are in {@link ErrorContractTest}.
 */
@Timeout(120)
class ContractRowsTest {
  /** A request, its body, and the status and a part of the text of its answer. */
  private record Row(String request, String body, int status, String shown) {
    Row(String request, int status, String shown) {
      this(request, "", status, shown);
    }

    String method() {
      return request.substring(0, request.indexOf(' '));
    }

    String target() {
      return request.substring(request.indexOf(' ') + 1);
    }

    /** The path as the list of commands names it. */
    String command() {
      String path = target().replaceFirst("\\?.*", "");
      return path.startsWith("/keys/") ? "/keys/NAME" : path;
    }
  }

  private static final String NOBODY = "127.0.0.1:nowhere";

  /** In this order, at one node: later rows see what earlier ones have done. */
  private static final List<Row> ROWS =
      List.of(
          new Row("GET /status", 200, "running"),
          new Row("HEAD /status", 200, ""),
          new Row("POST /write?name=a", "one", 200, ""),
          new Row("PUT /write?name=b&mirrors=0&w=all&ttl=1d", "two", 200, ""),
          new Row("GET /write?name=a", 405, "only POST, PUT"),
          new Row("GET /read?name=a", 200, "one"),
          new Row("HEAD /read?name=a&r=quorum", 200, ""),
          new Row("GET /read?name=none", 404, "no value"),
          new Row("POST /read?name=a", 405, "only GET, HEAD"),
          new Row("POST /delete?name=a&w=one", 200, ""),
          new Row("PUT /delete?name=a", 200, ""),
          new Row("GET /delete?name=a", 405, "only POST, PUT"),
          new Row("POST /copy?name=c&path=file", 200, ""),
          new Row("PUT /copy?name=c&path=file&mirrors=1", 200, ""),
          new Row("POST /copy?name=c&path=none", 403, "--copy-root"),
          new Row("POST /copy?name=c", 400, "'path' is missing"),
          new Row("GET /copy?name=c&path=file", 405, "only POST, PUT"),
          new Row("GET /wait?name=b&timeout=1s", 200, ""),
          new Row("HEAD /wait?name=b&timeout=1s", 200, ""),
          new Row("GET /wait?name=none&timeout=1ms", 204, ""),
          new Row("POST /wait?name=b", 405, "only GET, HEAD"),
          new Row("POST /drop?name=b", 409, "owns the key"),
          new Row("PUT /drop?name=b", 409, "owns the key"),
          new Row("POST /drop", 400, "'name' is missing"),
          new Row("GET /drop?name=b", 405, "only POST, PUT"),
          new Row("GET /scrub", 200, "{"),
          new Row("HEAD /scrub", 200, ""),
          new Row("POST /scrub", 200, "{"),
          new Row("PUT /scrub", 200, "{"),
          new Row("DELETE /scrub", 405, "only GET, HEAD, POST, PUT"),
          new Row("POST /backup?label=first", 200, "\"directory\":"),
          new Row("PUT /backup?label=second", 200, "\"files\":"),
          new Row("POST /backup?label=first", 409, "first"),
          new Row("POST /backup?label=../out", 400, "'label'"),
          new Row("GET /backup?label=third", 405, "only POST, PUT"),
          new Row("POST /repair", 200, ""),
          new Row("PUT /repair?prefix=b", 200, ""),
          new Row("GET /repair", 405, "only POST, PUT"),
          new Row("HEAD /watch?prefix=b", 200, ""),
          new Row("GET /watch?since=0000000000000001.1", 410, "forgotten"),
          new Row("POST /watch", 405, "only GET, HEAD"),
          new Row("GET /explain?name=b", 200, "\"copies\":[{"),
          new Row("HEAD /explain?name=b", 200, ""),
          new Row("GET /explain", 400, "'name' is missing"),
          new Row("POST /explain?name=b", 405, "only GET, HEAD"),
          new Row("GET /list-keys?deleted=1", 200, "\"a\":\"0:"),
          new Row("HEAD /list-keys", 200, ""),
          new Row("GET /list-keys?prefix=b&limit=1&scope=cluster", 200, "\"b\":\"3:"),
          new Row("POST /list-keys", 405, "only GET, HEAD"),
          new Row("GET /keys", 200, "\"b\":\"3:"),
          new Row("HEAD /keys?after=a", 200, ""),
          new Row("POST /keys", 405, "only GET, HEAD"),
          new Row("GET /membership", 200, " alive"),
          new Row("HEAD /membership", 200, ""),
          new Row("POST /membership", 405, "only GET, HEAD"),
          new Row("GET /ring", 200, " 1.0000"),
          new Row("HEAD /ring?name=b", 200, ""),
          new Row("POST /ring", 405, "only GET, HEAD"),
          new Row("GET /metrics", 200, "volute_"),
          new Row("HEAD /metrics", 200, ""),
          new Row("POST /metrics", 405, "only GET, HEAD"),
          new Row("GET /", 200, "<html"),
          new Row("HEAD /", 200, ""),
          new Row("POST /", 405, "only GET, HEAD"),
          new Row("POST /status", 405, "only GET, HEAD"),
          new Row("PUT /keys/k?w=1", "one", 200, ""),
          new Row("POST /keys/k", "two", 200, ""),
          new Row("GET /keys/k", 200, "two"),
          new Row("HEAD /keys/k", 200, ""),
          new Row("DELETE /keys/k", 200, ""),
          new Row("GET /keys/k", 404, "no value"),
          new Row("PATCH /keys/k", 405, "only GET, HEAD, PUT, POST, DELETE"),
          new Row("PUT /keys/.membership/me", "v", 403, "system"),
          new Row("POST /add-peer?uid=p&ip=" + NOBODY, 400, NOBODY),
          new Row("PUT /add-peer?uid=p", 400, "'ip' is missing"),
          new Row("GET /add-peer?uid=p", 405, "only POST, PUT"),
          new Row("POST /remove-peer?uid=nobody", 400, "nobody"),
          new Row("PUT /remove-peer", 400, "'uid' is missing"),
          new Row("GET /remove-peer?uid=p", 405, "only POST, PUT"),
          new Row("POST /cluster/join", "{\"peers\":[\"" + NOBODY + "\"]}", 400, NOBODY),
          new Row("PUT /cluster/join", "{}", 400, "peers"),
          new Row("GET /cluster/join", 405, "only POST, PUT"),
          new Row("GET /cluster/leave", 405, "only POST, PUT"),
          new Row("PUT /cluster/leave", 400, "alone"),
          new Row("POST /cluster/leave", 400, "alone"));

  @TempDir private Path directory;

  @ParameterizedTest
  @EnumSource
  void shouldAnswerAsTheContractSays(Door door) throws Exception {
    Files.writeString(Files.createDirectory(directory.resolve("root")).resolve("file"), "copied");
    List<String> wrong = new ArrayList<>();
    String root = directory.resolve("root").toString();
    try (DaemonFixture node = new DaemonFixture(directory, "--copy-root", root)) {
      assertEquals(served(node, door), shown());
      for (Row row : ROWS) {
        check(node, door, row, wrong);
      }
    }
    assertEquals("", String.join("\n", wrong));
  }

  /** What the node itself lists, and the methods that it allows for each. */
  private static Map<String, String> served(DaemonFixture node, Door door) throws Exception {
    String list = node.ask(door, "GET", "/nothing").text().strip();
    String paths = list.substring(list.indexOf("are ") + 4).replace(" and ", ", ");
    Map<String, String> served = new TreeMap<>();
    for (String path : paths.split(", ")) {
      String allow = node.ask(door, "PATCH", path).header("Allow");
      served.put(path, String.join(" ", new TreeSet<>(List.of(allow.split(", ")))));
    }
    return served;
  }

  /** The methods that rows show to be taken, by path. */
  private static Map<String, String> shown() {
    Map<String, TreeSet<String>> shown = new TreeMap<>();
    for (Row row : ROWS) {
      if (row.status() != 405) {
        shown.computeIfAbsent(row.command(), path -> new TreeSet<>()).add(row.method());
      }
    }
    Map<String, String> text = new TreeMap<>();
    shown.forEach((path, methods) -> text.put(path, String.join(" ", methods)));
    return text;
  }

  private static void check(DaemonFixture node, Door door, Row row, List<String> wrong) {
    String got;
    try {
      RawClient.Response answer =
          row.body().isEmpty()
              ? node.ask(door, row.method(), row.target())
              : node.send(door, row.method(), row.target(), row.body());
      if (answer.status() == row.status() && answer.text().contains(row.shown())) {
        return;
      }
      got = answer.status() + " " + answer.text().strip();
    } catch (IOException e) {
      got = e.toString();
    }
    wrong.add(row.request() + " gave " + got + ", not " + row.status() + " " + row.shown());
  }
}
