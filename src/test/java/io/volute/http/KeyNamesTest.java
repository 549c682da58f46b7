package io.volute.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.command.Command;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class KeyNamesTest {
  private ServerFixture fixture;

  @BeforeEach
  void open() throws Exception {
    fixture = ServerFixture.open();
  }

  @AfterEach
  void close() throws Exception {
    fixture.close();
  }

  @ParameterizedTest
  @EnumSource
  void shouldTakeNamesAsPlainData(Door door) throws Exception {
    List<String> names =
        new ArrayList<>(
            List.of(
                "..",
                "/",
                "../../etc/passwd",
                "a/../b",
                "a//b",
                "a;b=c",
                "a?b",
                "#",
                "%2e%2e",
                "\u0000\r\n\t",
                "имя с пробелом",
                "+",
                " ",
                "\"quoted\"",
                "\ud83d\ude00"));
    names.add("x".repeat(1024));
    for (String name : names) {
      String encoded = URLEncoder.encode(name, StandardCharsets.UTF_8);
      byte[] value = ("of " + name).getBytes(StandardCharsets.UTF_8);
      assertEquals(200, fixture.ask(door, "PUT", "/write?name=" + encoded, value).status(), name);
      String inPath = encoded.replace("+", "%20");
      for (String target :
          List.of("/read?name=" + encoded, "/keys/" + inPath, "http://localhost/keys/" + inPath)) {
        RawClient.Response read = fixture.ask(door, "GET", target);
        assertEquals(200, read.status(), target);
        assertArrayEquals(value, read.body(), target);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldTakeAPathAsItIsSent(Door door) throws Exception {
    for (String name : List.of("a/../b", "..", "a;b=c", "a+b", "a//b")) {
      fixture.ask(door, "PUT", "/keys/" + name, name.getBytes(StandardCharsets.UTF_8));
      assertEquals(name, ((Command.Write) fixture.node.last).name().toString());
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldRefuseNamesThatAreNone(Door door) throws Exception {
    for (String query :
        List.of("", "?name=", "?name", "?name=" + "x".repeat(1025), "?name=%ff", "?name=%4")) {
      for (String command : List.of("GET /read", "POST /write", "POST /delete")) {
        String[] parts = command.split(" ");
        RawClient.Response answer = fixture.ask(door, parts[0], parts[1] + query);
        assertEquals(400, answer.status(), command + query);
        assertTrue(answer.text().contains("name"), command + query + answer);
        assertEquals(1, answer.text().lines().count());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldRefuseAPathThatEndsWhereTheNameWouldBegin(Door door) throws Exception {
    for (String method : List.of("GET", "PUT", "POST", "DELETE")) {
      RawClient.Response answer = fixture.ask(door, method, "/keys/");
      assertEquals(400, answer.status(), method + answer.text());
      assertTrue(answer.text().contains("1 to 1024 bytes"), answer.text());
    }
    assertEquals(400, fixture.ask(door, "HEAD", "/keys/").status());
  }

  @ParameterizedTest
  @EnumSource
  void shouldKeepTheSystemsNamesFromWriters(Door door) throws Exception {
    for (String request :
        List.of(
            "POST /write?name=.membership/x",
            "PUT /keys/.membership/x",
            "PUT /keys/%2Emembership%2Fx",
            "POST /delete?name=.membership/x",
            "DELETE /keys/.membership/x")) {
      String[] parts = request.split(" ");
      RawClient.Response answer = fixture.ask(door, parts[0], parts[1]);
      assertEquals(403, answer.status(), request);
      assertTrue(answer.text().contains(".membership/"), answer.text());
    }
    assertEquals(404, fixture.ask(door, "GET", "/read?name=.membership/x").status());
    assertEquals(200, fixture.ask(door, "POST", "/write?name=.membershi").status());
  }
}
