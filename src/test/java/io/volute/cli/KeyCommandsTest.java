package io.volute.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.client.http.ScriptedServer;
import io.volute.client.http.ScriptedServer.Asked;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(10)
class KeyCommandsTest {
  private ScriptedServer server;

  @BeforeEach
  void start() throws IOException {
    server = ScriptedServer.onTcp();
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  @Test
  void shouldWriteTheBytesOfAValueWhenItIsRead() {
    byte[] value = {0, (byte) 0xff, '\n', 27, 'x'};
    server.then(ScriptedServer.bytes(200, value, "Volute-Version: v1", "Volute-Siblings: 1"));
    CommandLineRun run =
        CommandLineRun.at(server, "read", "a b/ä", "--version", "-c1", "--r", "quorum");
    run.requireExit(0);
    assertArrayEquals(value, run.bytes());
    assertEquals("", run.errors());
    assertEquals(
        "GET /read?name=a%20b%2F%C3%A4&version=-c1&r=quorum HTTP/1.1", server.askedOnce().line());
  }

  @Test
  void shouldPassTheNodesLineOnWhenAKeyIsNotThere() {
    server.otherwise(ScriptedServer.text(404, "key 'x' not found\n"));
    CommandLineRun.at(server, "read", "x").requireFailure(4, "key 'x' not found");
    CommandLineRun.at(server, "delete", "x").requireFailure(4, "key 'x' not found");
  }

  @Test
  void shouldTellAnUnknownCommandFromAnAbsentKey() {
    server.then(ScriptedServer.text(404, "no such command: /wait"));
    CommandLineRun.at(server, "wait", "x").requireFailure(1, "no such command: /wait");
    server.then(ScriptedServer.text(404, "no such command: /explain"));
    CommandLineRun.at(server, "explain", "x").requireFailure(1, "no such command: /explain");
    server.then(ScriptedServer.text(404, "not found", "volute-version: v0"));
    CommandLineRun.at(server, "explain", "x").requireFailure(4, "not found");
  }

  @Test
  void shouldNoteOnStandardErrorWhenThereAreSiblings() {
    server.then(ScriptedServer.text(200, "newest", "Volute-Siblings: 2", "Volute-Version: v9"));
    CommandLineRun run = CommandLineRun.at(server, "read", "x", "-v").requireExit(0);
    assertEquals("newest", run.output());
    assertEquals(
        "volute: version v9\nvolute: 2 siblings, this is the newest; --siblings shows all\n",
        run.errors());
  }

  @Test
  void shouldShowEverySiblingWhenAsked() {
    ScriptedServer.Reply siblings =
        ScriptedServer.text(
            300,
            String.join(
                "\r\n",
                "--b",
                "Volute-Version: v1",
                "Content-Type: text/plain",
                "",
                "one",
                "--b",
                "Volute-Version: v2",
                "",
                "\0",
                "--b--",
                ""),
            "Content-Type: multipart/mixed; boundary=b",
            "Volute-Version: all",
            "Volute-Siblings: 2");
    server.otherwise(siblings);
    CommandLineRun.at(server, "read", "x", "--siblings")
        .requireDone("-- sibling 1 v1 text/plain\none\n-- sibling 2 v2 \n\0\n");
    CommandLineRun.at(server, "read", "x", "--siblings", "--json")
        .requireDone(
            "{\"name\":\"x\",\"version\":\"all\",\"siblings\":2,\"values\":["
                + "{\"version\":\"v1\",\"contentType\":\"text/plain\",\"value\":\"b25l\"},"
                + "{\"version\":\"v2\",\"contentType\":\"\",\"value\":\"AA==\"}]}\n");
    assertTrue(server.asked().get(0).line().contains("&siblings=all "));
  }

  @Test
  void shouldShowTheOneValueWhenThereAreNoSiblings() {
    server.otherwise(
        ScriptedServer.text(200, "one", "Volute-Version: v1", "Content-Type: text/plain"));
    CommandLineRun.at(server, "read", "x", "--siblings")
        .requireDone("-- sibling 1 v1 text/plain\none\n");
    CommandLineRun.at(server, "read", "x", "--json")
        .requireDone(
            "{\"name\":\"x\",\"version\":\"v1\",\"siblings\":1,\"values\":["
                + "{\"version\":\"v1\",\"contentType\":\"text/plain\",\"value\":\"b25l\"}]}\n");
  }

  @Test
  void shouldFailWhenAnAnswerIsCut() {
    server.then(ScriptedServer.rawThenClose("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"));
    CommandLineRun run = CommandLineRun.at(server, "read", "x").requireExit(1);
    assertTrue(run.errors().contains("before the answer was complete"), run.errors());
    server.then(ScriptedServer.raw("garbage\r\n\r\n"));
    CommandLineRun.at(server, "read", "x")
        .requireFailure(1, "malformed answer: no HTTP/1.1 status line");
  }

  @Test
  void shouldWriteStandardInputWithAllThatIsAsked() {
    server.otherwise(
        ScriptedServer.text(
            200,
            "",
            "Volute-Version: v2",
            "ETag: \"e\"",
            "Volute-Siblings: 1",
            "Volute-Acks: 2/3"));
    byte[] value = "hello\n".getBytes(UTF_8);
    CommandLineRun.at(
            server,
            value,
            "write",
            "@n&m=1",
            "--mirrors=0",
            "--version=v1",
            "--ttl=7d",
            "--w=all",
            "--content-type=text/plain",
            "--if-match=\"e0\"",
            "--if-none-match=*")
        .requireDone("v2\n");
    Asked asked = server.askedOnce();
    assertEquals(
        "POST /write?name=%40n%26m%3D1&mirrors=0&ttl=7d&version=v1&w=all HTTP/1.1", asked.line());
    assertArrayEquals(value, asked.body());
    assertEquals("6", asked.header("Content-Length").orElseThrow());
    assertEquals("text/plain", asked.header("Content-Type").orElseThrow());
    assertEquals("\"e0\"", asked.header("If-Match").orElseThrow());
    assertEquals("*", asked.header("If-None-Match").orElseThrow());
    CommandLineRun.at(server, "write", "x", "--json")
        .requireDone(
            "{\"version\":\"v2\",\"etag\":\"\\\"e\\\"\",\"siblings\":1,\"acks\":\"2/3\"}\n");
  }

  @Test
  void shouldWriteAFileWithItsLength(@TempDir Path directory) throws IOException {
    Path file = Files.write(directory.resolve("value"), new byte[40_000]);
    server.otherwise(ScriptedServer.text(200, "", "Volute-Version: v1"));
    CommandLineRun.at(server, "write", "x", file.toString()).requireDone("v1\n");
    assertEquals("40000", server.askedOnce().header("Content-Length").orElseThrow());
    CommandLineRun.at(server, "write", "x", directory + "/none")
        .requireFailure(1, "cannot read " + directory + "/none: no such file");
    CommandLineRun.at(server, "write", "x", directory.toString())
        .requireFailure(1, "cannot read " + directory + ": a directory");
    assertEquals(1, server.asked().size());
  }

  @Test
  void shouldSayWhatBecameOfAWriteWhenItFailed() {
    server.then(ScriptedServer.text(503, "1 of 2 owners answered\n", "Volute-Outcome: unknown"));
    CommandLineRun.at(server, "write", "x")
        .requireFailure(1, "1 of 2 owners answered (outcome: unknown)");
    server.then(
        ScriptedServer.text(412, "{\"error\":\"it exists\"}", "Content-Type: application/json"));
    CommandLineRun.at(server, "write", "x", "--if-none-match=*").requireFailure(1, "it exists");
    server.then(ScriptedServer.text(500, ""));
    CommandLineRun.at(server, "write", "x")
        .requireFailure(1, "the node answered 500 and no reason");
    server.then(ScriptedServer.text(404, "gone"));
    CommandLineRun.at(server, "write", "x").requireFailure(1, "gone");
  }

  @Test
  void shouldDelete() {
    server.then(ScriptedServer.text(200, "", "Volute-Version: v3"));
    CommandLineRun.at(server, "delete", "--version", "v2", "--w", "2", "--if-match", "\"e\"", "x")
        .requireDone("v3\n");
    Asked asked = server.askedOnce();
    assertEquals("POST /delete?name=x&version=v2&w=2 HTTP/1.1", asked.line());
    assertEquals("\"e\"", asked.header("If-Match").orElseThrow());
  }

  @Test
  void shouldListKeysInTheFormAskedFor() {
    String listing = "{\n\"a\":\"3:v1\",\n\"b\\n\":\"4:v2 5:v3\",\n\"\\u00e4\\\\\":\"0:v4\"\n}\n";
    server.otherwise(ScriptedServer.text(200, listing, "Content-Type: application/json"));
    CommandLineRun.at(server, "keys").requireDone("a\nb\\n\nä\\\\\n");
    CommandLineRun.at(server, "keys", "-l")
        .requireDone("3 v1 a\n4 v2 b\\n\n5 v3 b\\n\n0 v4 ä\\\\\n");
    CommandLineRun.at(server, "keys", "--json").requireDone(listing);
    CommandLineRun.at(
            server, "keys", "p/", "--after=q", "--limit=5", "--deleted", "--all", "--scope=cluster")
        .requireExit(0);
    assertEquals("GET /list-keys HTTP/1.1", server.asked().get(0).line());
    assertEquals(
        "GET /list-keys?prefix=p%2F&after=q&limit=5&deleted=1&all=1&scope=cluster HTTP/1.1",
        server.asked().get(3).line());
  }

  @Test
  void shouldFailWhenAListingIsNone() {
    server.then(ScriptedServer.text(200, "[]"));
    CommandLineRun.at(server, "keys").requireFailure(1, "malformed JSON: not a listing of keys");
    server.then(ScriptedServer.text(200, "{\"a\":\"1:v\","));
    CommandLineRun run = CommandLineRun.at(server, "keys").requireExit(1);
    assertEquals("a\n", run.output());
  }

  @Test
  void shouldWait() {
    server.then(ScriptedServer.text(200, "", "Volute-Version: v5"));
    CommandLineRun.at(server, "wait", "x", "--version", "v4", "--timeout", "2s")
        .requireDone("v5\n");
    assertEquals("GET /wait?name=x&version=v4&timeout=2000ms HTTP/1.1", server.askedOnce().line());
    server.then(ScriptedServer.raw("HTTP/1.1 204 No Content\r\n\r\n"));
    CommandLineRun.at(server, "wait", "x", "--timeout=5ms")
        .requireFailure(4, "nothing new under x within 5 ms");
  }

  @Test
  void shouldWaitLongerThanANodeMayOtherwiseBeSilent() {
    server.then(
        (asked, out) -> {
          Thread.sleep(300);
          out.write("HTTP/1.1 204 No Content\r\n\r\n".getBytes(UTF_8));
        });
    CommandLineRun.at(server, "wait", "x", "--timeout=5s", "--answer-timeout=150ms").requireExit(4);
  }

  @Test
  void shouldFindTheNodeOverAUnixSocketOrTheEnvironment(@TempDir Path directory)
      throws IOException {
    try (ScriptedServer local = ScriptedServer.onUnix(directory.resolve("s"))) {
      local.otherwise(ScriptedServer.text(200, "value"));
      CommandLineRun.of("read", "x", "-a", local.address()).requireDone("value");
      Map<String, String> environment = Map.of("VOLUTE_ADDRESS", local.address());
      CommandLineRun.with(new byte[0], environment, "read", "x").requireDone("value");
      CommandLineRun.with(new byte[0], environment, "-a", server.address(), "read", "x")
          .requireDone("fine\n");
    }
  }
}
