package io.volute.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** 401 and 403 of a real node with a token file, on each of its paths and over both doors. */
@Timeout(60)
class TokenContractTest {
  private static final String ALL = "Authorization: Bearer whole-token-0123456";
  private static final String READER = "Authorization: Bearer reader-token-012345";
  private static final String TEAM = "Authorization: Bearer team-token-0123456";

  private static final List<String> READS =
      List.of(
          "/status",
          "/read?name=a",
          "/keys/a",
          "/keys",
          "/list-keys",
          "/membership",
          "/ring",
          "/wait?name=a&timeout=1ms",
          "/watch",
          "/explain?name=a",
          "/metrics",
          "/scrub",
          "/nothing");

  private static final List<String> CHANGES =
      List.of(
          "/write?name=a",
          "/delete?name=a",
          "/keys/a",
          "/copy?name=a&path=b",
          "/drop?name=a",
          "/add-peer?uid=a&ip=127.0.0.1:1",
          "/remove-peer?uid=a",
          "/cluster/join",
          "/cluster/leave",
          "/repair",
          "/backup",
          "/scrub");

  @TempDir private static Path directory;

  private static DaemonFixture node;

  @BeforeAll
  static void open() throws Exception {
    Path tokens =
        Files.writeString(
            directory.resolve("tokens"),
            """
            whole-token-0123456
            reader-token-012345 read-only
            team-token-0123456 prefix=team/
            """);
    node = new DaemonFixture(directory, "--token-file", tokens.toString());
  }

  @AfterAll
  static void close() {
    node.close();
  }

  private static void assertUnauthorized(Door door, String method, String target, String... headers)
      throws Exception {
    RawClient.Response answer = node.ask(door, method, target, headers);
    assertEquals(401, answer.status(), () -> method + " " + target);
    String challenge = answer.header("WWW-Authenticate").toLowerCase(Locale.ROOT);
    assertTrue(challenge.startsWith("bearer"), challenge);
    if (!method.equals("HEAD")) {
      assertEquals(1, answer.text().lines().count(), answer::text);
      assertTrue(answer.text().contains("Authorization: Bearer TOKEN"), answer::text);
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldAskForATokenWhereverThereIsSomethingToSeeOrChange(Door door) throws Exception {
    for (String target : READS) {
      assertUnauthorized(door, "GET", target);
      assertUnauthorized(door, "HEAD", target);
    }
    for (String target : CHANGES) {
      assertUnauthorized(door, "POST", target);
    }
    for (String wrong :
        List.of("Bearer nonsense", "Bearer ", "Basic YTpi", "whole-token-0123456")) {
      assertUnauthorized(door, "GET", "/read?name=a", "Authorization: " + wrong);
    }
    RawClient.Response json = node.ask(door, "GET", "/status", "Accept: application/json");
    assertEquals(401, json.status());
    assertTrue(json.text().startsWith("{\"error\":\""), json::text);
    assertEquals(200, node.ask(door, "GET", "/").status());
  }

  @ParameterizedTest
  @EnumSource
  void shouldKeepATokenToWhatItIsFor(Door door) throws Exception {
    String name = "team/" + door;
    assertEquals(200, node.send(door, "PUT", "/keys/" + name, "v", TEAM).status());
    assertEquals("v", node.ask(door, "GET", "/read?name=" + name, READER).text());
    assertEquals("v", node.ask(door, "GET", "/read?name=" + name, ALL).text());
    assertEquals(404, node.ask(door, "GET", "/read?name=other", READER).status());
    assertEquals(200, node.ask(door, "GET", "/list-keys?prefix=team/", TEAM).status());
    for (String target : CHANGES) {
      assertEquals(403, node.ask(door, "POST", target, READER).status(), target);
      assertEquals(403, node.ask(door, "POST", target, TEAM).status(), target);
    }
    for (String target : List.of("/read?name=a", "/keys/a", "/keys", "/list-keys?prefix=te")) {
      RawClient.Response answer = node.ask(door, "GET", target, TEAM);
      assertEquals(403, answer.status(), target);
      assertTrue(answer.text().contains("team/"), answer::text);
    }
  }
}
