package io.volute.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code /wait}, {@code /copy} and {@code /explain}. */
@Timeout(60)
class KeyCommandsTest {
  @TempDir Path directory;

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @EnumSource
  void shouldAnswerAtOnceWhenTheKeyExists(Door door) throws Exception {
    try (ServerFixture fixture = ServerFixture.open(s -> s)) {
      fixture.ask(door, "PUT", "/keys/there", utf8("x"));
      RawClient.Response answer = fixture.ask(door, "GET", "/wait?name=there&timeout=30s");
      assertEquals(200, answer.status());
      assertNotNull(answer.header("Volute-Version"));
      assertEquals("1", answer.header("Volute-Siblings"));
      assertEquals(0, answer.body().length);
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldAnswerNoContentWhenTheTimeIsOver(Door door) throws Exception {
    try (ServerFixture fixture = ServerFixture.open(s -> s)) {
      RawClient.Response answer = fixture.ask(door, "GET", "/wait?name=never&timeout=100ms");
      assertEquals(204, answer.status());
      assertEquals(400, fixture.ask(door, "GET", "/wait?name=a&timeout=soon").status());
      assertEquals(400, fixture.ask(door, "GET", "/wait?name=a&timeout=11m").status());
      assertEquals(405, fixture.ask(door, "POST", "/wait?name=a").status());
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldWakeUpWhenTheKeyMovesOnFromWhatWasSeen(Door door) throws Exception {
    try (ServerFixture fixture = ServerFixture.open(s -> s)) {
      String seen = fixture.ask(door, "PUT", "/keys/key", utf8("1")).header("Volute-Version");
      CompletableFuture<RawClient.Response> waiting =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return fixture.ask(door, "GET", "/wait?name=key&timeout=30s&version=" + seen);
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
              });
      assertEquals(200, fixture.ask(door, "PUT", "/keys/key", utf8("2")).status());
      RawClient.Response answer = waiting.get(20, TimeUnit.SECONDS);
      assertEquals(200, answer.status());
      assertTrue(!seen.equals(answer.header("Volute-Version")));

      String second = answer.header("Volute-Version");
      assertEquals(200, fixture.ask(door, "DELETE", "/keys/key").status());
      RawClient.Response gone =
          fixture.ask(door, "GET", "/wait?name=key&timeout=30s&version=" + second);
      assertEquals(200, gone.status(), "a deletion is something new");
      assertEquals("0", gone.header("Volute-Siblings"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldTakeSmallAndLargeValuesFromFilesBelowTheRoot(Door door) throws Exception {
    byte[] large = new byte[300_001];
    new Random(1).nextBytes(large);
    Files.write(directory.resolve("large"), large);
    Files.writeString(directory.resolve("small"), "text");
    Files.createFile(directory.resolve("empty"));
    try (ServerFixture fixture = ServerFixture.open(s -> s.withCopyRoot(directory))) {
      for (String file : new String[] {"large", "small", "empty"}) {
        String path = "/copy?name=k&path=" + file;
        RawClient.Response answer = fixture.ask(door, "POST", path);
        assertEquals(200, answer.status(), answer.text());
        assertNotNull(answer.header("Volute-Version"));
        byte[] expected = Files.readAllBytes(directory.resolve(file));
        assertArrayEquals(expected, fixture.ask(door, "GET", "/keys/k").body(), file);
      }
      String absolute = directory.toRealPath().resolve("small").toString();
      assertEquals(200, fixture.ask(door, "POST", "/copy?name=k&path=" + absolute).status());
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldReadNothingOutsideOfTheRoot(Door door) throws Exception {
    Path root = Files.createDirectory(directory.resolve("root"));
    Files.writeString(directory.resolve("secret"), "secret");
    Files.createSymbolicLink(root.resolve("link"), directory.resolve("secret"));
    Files.createDirectory(root.resolve("below"));
    try (ServerFixture fixture = ServerFixture.open(s -> s.withCopyRoot(root))) {
      for (String path :
          new String[] {"../secret", "link", "/etc/passwd", "absent", "below", "%00", ""}) {
        RawClient.Response answer = fixture.ask(door, "POST", "/copy?name=k&path=" + path);
        assertEquals(403, answer.status(), path);
      }
      assertEquals(400, fixture.ask(door, "POST", "/copy?name=k").status());
      assertEquals(404, fixture.ask(door, "GET", "/keys/k").status());
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldCopyNothingWithoutARoot(Door door) throws Exception {
    try (ServerFixture fixture = ServerFixture.open(s -> s)) {
      RawClient.Response answer = fixture.ask(door, "POST", "/copy?name=k&path=/etc/hostname");
      assertEquals(403, answer.status());
      assertTrue(answer.text().contains("--copy-root"), answer.text());
    }
  }

  @Test
  void shouldStreamHowFarARepairIs() throws Exception {
    try (ServerFixture fixture = ServerFixture.open(s -> s)) {
      RawClient.Response answer = fixture.ask(Door.TCP, "POST", "/repair?prefix=a");
      assertEquals(200, answer.status());
      String[] lines = answer.text().split("\n", -1);
      assertEquals(3, lines.length, answer.text());
      assertTrue(
          lines[0].endsWith("\"keysExchanged\":1,\"keysUnmended\":0,\"done\":false}"), lines[0]);
      assertTrue(
          lines[1].endsWith("\"keysExchanged\":2,\"keysUnmended\":0,\"done\":true}"), lines[1]);
      assertEquals(405, fixture.ask(Door.TCP, "GET", "/repair").status());
    }
  }

  @Test
  void shouldExplainWhereTheVersionsAre() throws Exception {
    try (ServerFixture fixture = ServerFixture.open(s -> s)) {
      fixture.ask(Door.TCP, "PUT", "/keys/key", utf8("value"));
      RawClient.Response answer = fixture.ask(Door.TCP, "GET", "/explain?name=key");
      assertEquals(200, answer.status());
      assertEquals("application/json", answer.header("Content-Type"));
      String text = answer.text();
      assertTrue(text.startsWith("{\"name\":\"key\",\"mirrors\":3,\"copies\":[{"), text);
      assertTrue(text.contains("\"size\":5"), text);
      assertTrue(text.contains("\"state\":\"dead\",\"hint\":true"), text);
      assertTrue(text.contains("\"lastSyncMillisAgo\":1500,\"inSync"), text);
      assertTrue(text.contains("\"inSyncMillisAgo\":2500,\"versions\":null"), text);
    }
  }
}
