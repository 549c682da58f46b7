package io.volute.resp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.volute.settings.ListenAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Holds {@code docs/reference/resp.md} equal to the table of commands. */
final class RespReferenceTest {
  private static final Path PAGE =
      Path.of(System.getProperty("volute.home.tree", ""), "docs/reference/resp.md");

  private static CommandTable table() {
    ListenAddress nowhere = new ListenAddress.UnixSocket("/nowhere");
    return CommandTable.of(RespSettings.of(List.of(nowhere), "0.1.0"), () -> 0);
  }

  @Test
  void shouldEqualTheTableWhenReferencePageIsRead() throws IOException {
    String text = RespReferencePage.text(table().all());
    if (Boolean.getBoolean("volute.regenerate")) {
      Files.writeString(PAGE, text);
    }
    assertEquals(
        text,
        Files.exists(PAGE) ? Files.readString(PAGE) : "",
        () ->
            PAGE
                + " is out of date; renew it with: mvn test -Dtest=RespReferenceTest"
                + " -Dvolute.regenerate=true");
  }

  @Test
  void shouldBeDocumentedWhenCommandIsInTheTable() {
    for (CommandSpec spec : table().all()) {
      assertFalse(spec.summary().isEmpty() || spec.summary().endsWith("."), spec.name());
      assertFalse(!spec.difference().isEmpty() && !spec.difference().endsWith("."), spec.name());
    }
  }
}
