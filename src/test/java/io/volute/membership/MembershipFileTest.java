package io.volute.membership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.identity.HostPort;
import io.volute.identity.MemberEntry;
import io.volute.identity.NodeId;
import io.volute.testing.Generator;
import io.volute.testing.Seeds;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MembershipFileTest {
  private static final MemberEntry A = entry("a", "10.0.0.1:1593", Optional.of("east"), 1);
  private static final MemberEntry B = entry("b", "10.0.0.2:1593", Optional.of("west"), 200);
  private static final MemberEntry C = entry("c", "[2001:db8::3]:1593", Optional.empty(), 1);

  private static MemberEntry entry(String id, String address, Optional<String> zone, int weight) {
    return new MemberEntry(new NodeId(id), HostPort.parse(address).orElseThrow(), zone, weight);
  }

  private static MembershipFile parse(String text) throws MembershipFileException {
    return MembershipFile.parse("members", text.getBytes(StandardCharsets.UTF_8));
  }

  private static String refusal(String text) {
    return refusal(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String refusal(byte[] bytes) {
    return assertThrows(MembershipFileException.class, () -> MembershipFile.parse("members", bytes))
        .getMessage();
  }

  @Test
  void shouldReadFirstEntryAsThisNodeWhenPeersFollow() throws MembershipFileException {
    MembershipFile file =
        parse(
            """
            # the cluster

            a  10.0.0.1:1593 zone=east  # this node
            \tb\t10.0.0.2:1593\tweight=200 zone=west
            c [2001:db8::3]:1593#no attributes
            """);
    assertEquals(A, file.self());
    assertEquals(List.of(B, C), file.peers());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a 10.0.0.1:1593", "%s\n", "\uFEFF%s", "\r\n%s\r\n", "%s #\r\n\r\n", "%s "})
  void shouldReadEntryWhenFileIsFromAnyEditor(String form) throws MembershipFileException {
    String text = form.replace("%s", "a 10.0.0.1:1593");
    assertEquals(entry("a", "10.0.0.1:1593", Optional.empty(), 1), parse(text).self());
    assertEquals(List.of(), parse(text).peers());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a | there is no address behind 'a', allowed is UID HOST:PORT [zone=NAME] [weight=N]",
        "ä h:1 | uid 'ä' is malformed, allowed is 1 to 64 of A-Z a-z 0-9 . _ -",
        "h:1 | uid 'h:1' is malformed, allowed is 1 to 64 of A-Z a-z 0-9 . _ -",
        "a h | address 'h' is malformed, allowed is HOST:PORT with a port from 1 to 65535, IPv6 in"
            + " [brackets]",
        "a h:0 | address 'h:0' is malformed, allowed is HOST:PORT with a port from 1 to 65535, IPv6"
            + " in [brackets]",
        "a h:1 rack=r | attribute 'rack=r' is unknown, allowed are zone=NAME and weight=N",
        "a h:1 zone | attribute 'zone' is unknown, allowed are zone=NAME and weight=N",
        "a h:1 Zone=z | attribute 'Zone=z' is unknown, allowed are zone=NAME and weight=N",
        "a h:1 zone= | zone '' is malformed, allowed is 1 to 64 of A-Z a-z 0-9 . _ -",
        "a h:1 zone=x=y | zone 'x=y' is malformed, allowed is 1 to 64 of A-Z a-z 0-9 . _ -",
        "a h:1 zone=x zone=x | attribute 'zone=x' is repeated, allowed is each attribute once",
        "a h:1 weight=1 weight=2 | attribute 'weight=2' is repeated, allowed is each attribute"
            + " once",
        "a h:1 weight=0 | weight '0' is out of range, allowed is a number from 1 to 1000",
        "a h:1 weight=1001 | weight '1001' is out of range, allowed is a number from 1 to 1000",
        "a h:1 weight=-1 | weight '-1' is out of range, allowed is a number from 1 to 1000",
        "a h:1 weight= | weight '' is out of range, allowed is a number from 1 to 1000",
        "x h:1 | uid 'x' is that of line 2, allowed is one of its own",
        "a H2:7 | address 'h2:7' is that of line 2, allowed is one of its own",
      })
  void shouldNameFileLineAndReasonWhenLineIsRefused(String line, String reason) {
    assertEquals("members:3: " + reason, refusal("# comment\nx h2:7\n" + line + "\nz h:9\n"));
  }

  @ParameterizedTest
  @CsvSource({"'',1", "'\n\n',3", "# only this,1", "'\uFEFF',1"})
  void shouldRefuseWhenFileHasNoEntry(String text, int line) {
    assertEquals(
        "members:"
            + line
            + ": there is no entry, allowed is UID HOST:PORT [zone=NAME] [weight=N] for this node",
        refusal(text));
  }

  @Test
  void shouldRefuseWhenLineIsNotUtf8() {
    byte[] bytes = "a h:1\n# \u00e9\nb h:2".getBytes(StandardCharsets.ISO_8859_1);
    assertEquals("members:2: the line is malformed, allowed is UTF-8", refusal(bytes));
  }

  @Test
  void shouldRefuseWhenLineOrFileIsTooLong() throws MembershipFileException {
    String longest = "a h:1 #" + "x".repeat(1017);
    assertEquals("a", parse(longest + "\n").self().id().text());
    assertEquals(
        "members:1: the line is too long, allowed are 1024 bytes", refusal(longest + "x\n"));
    assertEquals(
        "members:1: the file is too large, allowed are 1048576 bytes",
        refusal("#\n".repeat(1 << 19) + "a h:1"));
  }

  @Test
  void shouldRefuseWhenThereAreTooManyMembers() throws MembershipFileException {
    StringBuilder text = new StringBuilder();
    for (int i = 1; i <= MembershipFile.MAX_MEMBERS; i++) {
      text.append("n").append(i).append(" h:").append(i).append('\n');
    }
    assertEquals(1023, parse(text.toString()).peers().size());
    assertEquals(
        "members:1025: there are too many members, allowed are 1024", refusal(text + "x h:2000"));
  }

  @Test
  void shouldStayOnOneLineWhenFileHasControlCharacters() {
    assertEquals(
        "members:1: uid 'a?b??c' is malformed, allowed is 1 to 64 of A-Z a-z 0-9 . _ -",
        refusal("a\rb\u001b\u2028c h:1"));
  }

  @Test
  void shouldReadTheSameEntryWhenItsOwnLineIsRead() throws MembershipFileException {
    for (MemberEntry entry : List.of(A, B, C)) {
      assertEquals(entry, parse(entry.toString()).self());
    }
  }

  @Test
  void shouldThrowNothingElseWhenFileIsRandom() {
    Seeds.check(3000, generator -> parseAnything(randomFile(generator)));
  }

  private static byte[] randomFile(Generator generator) {
    if (generator.chance(30)) {
      return generator.bytes(generator.below(200));
    }
    StringBuilder text = new StringBuilder();
    List<String> pieces =
        List.of(
            "a",
            "b.c",
            " ",
            "\t",
            "\n",
            "\r\n",
            "#",
            ":",
            "1593",
            "h:1",
            "[::1]:2",
            "zone=",
            "=",
            "weight=",
            "7",
            "\uFEFF",
            "\u0000",
            "é",
            "\u2028",
            "-",
            "[",
            "]",
            "99999999999");
    for (int i = generator.below(40); i > 0; i--) {
      text.append(generator.pick(pieces));
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    if (bytes.length > 0 && generator.chance(20)) {
      bytes[generator.below(bytes.length)] = (byte) generator.below(256);
    }
    return bytes;
  }

  private static void parseAnything(byte[] bytes) {
    try {
      MembershipFile file = MembershipFile.parse("members", bytes);
      assertTrue(file.self().weight() > 0);
    } catch (MembershipFileException e) {
      assertTrue(e.line() >= 1);
      assertTrue(e.getMessage().startsWith("members:" + e.line() + ": "), e.getMessage());
      assertTrue(e.getMessage().contains(", allowed "), e.getMessage());
      assertEquals(1, e.getMessage().lines().count(), e.getMessage());
    }
  }
}
