package io.volute.listen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenFileTest {
  private static final String TOKEN = "0123456789abcdef";

  @TempDir Path directory;

  private TokenFile open(String content) throws Exception {
    return TokenFile.open(Files.writeString(directory.resolve("tokens"), content));
  }

  private static Optional<Grant> find(TokenFile tokens, String token) {
    return tokens.find(token.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void shouldFindWhatEachTokenAllows() throws Exception {
    TokenFile tokens =
        open(
            "# people\n\n"
                + TOKEN
                + "\nread-token-0123456 read-only\nteam-token-0123456 prefix=team/ read-only\r\n");
    Grant all = find(tokens, TOKEN).orElseThrow();
    assertFalse(all.readOnly() || all.isLimited());
    assertTrue(find(tokens, "read-token-0123456").orElseThrow().readOnly());
    Grant team = find(tokens, "team-token-0123456").orElseThrow();
    assertTrue(team.readOnly() && team.isLimited());
    assertTrue(team.covers(utf8("team/a")) && team.covers(utf8("team/")));
    assertFalse(team.covers(utf8("team")) || team.covers(utf8("other/team/")));
    for (String wrong : new String[] {"", TOKEN + "x", "# people", "0123456789abcdeg"}) {
      assertEquals(Optional.empty(), find(tokens, wrong), wrong);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "# nothing\n",
        "too-short",
        "0123456789abcdef write-only",
        "0123456789abcdef prefix=",
        "0123456789abcd\u00e9f"
      })
  void shouldRefuseWhatItDoesNotUnderstandWithoutRepeatingTokens(String content) {
    TokenFileException refusal = assertThrows(TokenFileException.class, () -> open(content));
    assertTrue(refusal.getMessage().contains("allowed"), refusal.getMessage());
    assertFalse(refusal.getMessage().contains("0123456789"), refusal.getMessage());
  }

  @Test
  void shouldRefuseAFileThatIsNotThere() {
    assertThrows(TokenFileException.class, () -> TokenFile.open(directory.resolve("absent")));
  }

  @Test
  void shouldReadTheFileAgainWhenItChangesButKeepWhatItHasWhenThatFails() throws Exception {
    TokenFile tokens = open(TOKEN + "\n");
    open("another-token-0123456\n");
    boolean changed = false;
    for (int i = 0; i < 500 && !changed; i++) {
      Thread.sleep(10);
      changed = find(tokens, "another-token-0123456").isPresent();
    }
    assertTrue(changed && find(tokens, TOKEN).isEmpty());
    Files.writeString(directory.resolve("tokens"), "bad");
    for (int i = 0; i < 150; i++) {
      Thread.sleep(10);
      assertTrue(find(tokens, "another-token-0123456").isPresent());
    }
  }
}
