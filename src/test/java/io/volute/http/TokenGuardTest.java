package io.volute.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.listen.TokenFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class TokenGuardTest {
  private static final String ALL = "all-token-0123456";
  private static final String READ = "read-token-0123456";
  private static final String TEAM = "team-token-0123456";

  @TempDir Path directory;
  private ServerFixture fixture;

  @BeforeEach
  void open() throws Exception {
    String lines = ALL + "\n" + READ + " read-only\n" + TEAM + " prefix=team/\n";
    TokenFile tokens = TokenFile.open(Files.writeString(directory.resolve("tokens"), lines));
    fixture = ServerFixture.open(s -> s.withTokens(tokens));
  }

  @AfterEach
  void close() throws Exception {
    fixture.close();
  }

  private RawClient.Response ask(Door door, String token, String method, String path)
      throws Exception {
    try (RawClient client = fixture.connect(door)) {
      String length = "Content-Length: " + (method.equals("GET") ? 0 : 1);
      if (token.isEmpty()) {
        client.request(method, path, length);
      } else {
        client.request(method, path, length, "Authorization: Bearer " + token);
      }
      if (!method.equals("GET")) {
        client.send("x".getBytes(StandardCharsets.UTF_8));
      }
      return client.response();
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldLetNobodyInWithoutAToken(Door door) throws Exception {
    for (String token : new String[] {"", "wrong-token-0123456", ALL + "x"}) {
      for (String path : new String[] {"/status", "/keys/a", "/list-keys", "/nothing"}) {
        RawClient.Response answer = ask(door, token, "GET", path);
        assertEquals(401, answer.status(), token + path);
        assertTrue(answer.header("WWW-Authenticate").startsWith("Bearer"));
      }
    }
    assertEquals(401, ask(door, "", "PUT", "/keys/a").status());
    assertEquals(404, ask(door, ALL, "GET", "/keys/a").status(), "nothing was written");
  }

  @ParameterizedTest
  @EnumSource
  void shouldAllowWhatATokenIsFor(Door door) throws Exception {
    assertEquals(200, ask(door, ALL, "PUT", "/keys/a").status());
    assertEquals(200, ask(door, READ, "GET", "/keys/a").status());
    assertEquals(200, ask(door, READ, "GET", "/list-keys").status());
    assertEquals(403, ask(door, READ, "PUT", "/keys/a").status());
    assertEquals(403, ask(door, READ, "DELETE", "/keys/a").status());
    assertEquals(403, ask(door, READ, "POST", "/delete?name=a").status());
  }

  @ParameterizedTest
  @EnumSource
  void shouldKeepALimitedTokenToItsNames(Door door) throws Exception {
    assertEquals(200, ask(door, TEAM, "PUT", "/keys/team/a").status());
    assertEquals(200, ask(door, TEAM, "GET", "/read?name=team/a").status());
    assertEquals(403, ask(door, TEAM, "PUT", "/keys/a").status());
    assertEquals(403, ask(door, TEAM, "GET", "/read?name=teams").status());
    assertEquals(403, ask(door, TEAM, "GET", "/keys/te%61m").status());
    assertEquals(200, ask(door, TEAM, "GET", "/keys/te%61m/a").status());
    assertEquals(200, ask(door, TEAM, "GET", "/list-keys?prefix=team/a").status());
    assertEquals(403, ask(door, TEAM, "GET", "/list-keys").status());
    assertEquals(403, ask(door, TEAM, "GET", "/list-keys?prefix=tea").status());
    assertEquals(403, ask(door, TEAM, "GET", "/keys").status());
    assertEquals(403, ask(door, TEAM, "GET", "/explain?name=a").status());
    assertEquals(200, ask(door, TEAM, "GET", "/status").status());
  }
}
