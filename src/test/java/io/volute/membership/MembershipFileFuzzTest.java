package io.volute.membership;

import io.volute.testing.Fuzzing;
import org.junit.jupiter.api.Test;

/** Whatever is in a membership file: it is read, or refused with its name, a line and a reason. */
public final class MembershipFileFuzzTest {
  private static final String NAME = "members";

  /** For {@code scripts/jazzer}. */
  public static void fuzzerTestOneInput(byte[] input) {
    try {
      MembershipFile file = MembershipFile.parse(NAME, input);
      if (file.peers().size() >= MembershipFile.MAX_MEMBERS) {
        throw new AssertionError(file.peers().size() + " peers");
      }
    } catch (MembershipFileException e) {
      String message = e.getMessage();
      if (!message.contains(NAME) || message.lines().count() != 1) {
        throw new AssertionError("not one line that names the file: " + message, e);
      }
    }
  }

  @Test
  void shouldHoldForSeededInputs() {
    Fuzzing.run(
        MembershipFileFuzzTest::fuzzerTestOneInput,
        "# this one\nnode-a 127.0.0.1:1593 zone=eu weight=2\r\nb [::1]:1593\n\nc host.example:9\n",
        "a 127.0.0.1:1\n",
        "\u00ef\u00bb\u00bfa 127.0.0.1:1 # none\nb 127.0.0.2:65535 weight=1000",
        "");
  }
}
