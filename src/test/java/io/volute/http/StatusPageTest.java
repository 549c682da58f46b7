package io.volute.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.listen.TokenFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class StatusPageTest {
  private static final Pattern OUTSIDE = Pattern.compile("https?:|src=|@import|url\\(");

  @TempDir Path directory;

  @Test
  void shouldServeOnePageThatNeedsNothingFromElsewhere() throws Exception {
    try (ServerFixture fixture = ServerFixture.open(s -> s)) {
      RawClient.Response answer = fixture.ask(Door.TCP, "GET", "/");
      assertEquals(200, answer.status());
      assertEquals("text/html; charset=utf-8", answer.header("Content-Type"));
      String page = new String(answer.body(), StandardCharsets.UTF_8);
      assertFalse(OUTSIDE.matcher(page).find(), "nothing from other places");
      String policy = answer.header("Content-Security-Policy");
      assertTrue(policy.startsWith("default-src 'none'; connect-src 'self';"), policy);
      assertFalse(policy.contains("unsafe"), policy);
      assertEquals("DENY", answer.header("X-Frame-Options"));
      assertEquals(200, fixture.ask(Door.TCP, "HEAD", "/").status());
      assertEquals(405, fixture.ask(Door.TCP, "POST", "/").status());
    }
  }

  @Test
  void shouldShowThePageWithoutATokenButNothingElse() throws Exception {
    TokenFile tokens =
        TokenFile.open(Files.writeString(directory.resolve("tokens"), "some-token-0123456"));
    try (ServerFixture fixture = ServerFixture.open(s -> s.withTokens(tokens))) {
      assertEquals(200, fixture.ask(Door.TCP, "GET", "/").status());
      assertEquals(401, fixture.ask(Door.TCP, "GET", "/status").status());
      assertEquals(401, fixture.ask(Door.TCP, "GET", "/metrics").status());
    }
  }
}
