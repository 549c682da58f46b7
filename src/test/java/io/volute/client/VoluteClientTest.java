package io.volute.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.client.Change.Outcome;
import io.volute.client.VoluteException.ChangeException;
import io.volute.client.VoluteException.UnavailableException;
import io.volute.client.http.ScriptedServer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the client makes of nodes that are slow, refuse, lie or vanish. */
@Timeout(30)
class VoluteClientTest {
  private static final byte[] VALUE = {'v'};

  private ScriptedServer first;
  private ScriptedServer second;
  private VoluteClient client;

  @BeforeEach
  void start() throws IOException {
    first = ScriptedServer.onTcp();
    second = ScriptedServer.onTcp();
    client =
        VoluteClient.of(
            ClientSettings.of(first.address(), second.address())
                .withTimes(Duration.ofMillis(500), Duration.ofMillis(1500)));
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    first.close();
    second.close();
  }

  private static ScriptedServer.Reply written(String version, int siblings) {
    return ScriptedServer.text(
        200, "", "Volute-Version: " + version, "Volute-Siblings: " + siblings, "Volute-Acks: 2/3");
  }

  private static ScriptedServer.Reply refused(int status, String outcome) {
    return ScriptedServer.text(status, "busy\n", "Volute-Outcome: " + outcome);
  }

  private static List<String> lines(ScriptedServer server) {
    List<String> lines = new ArrayList<>();
    server.asked().forEach(asked -> lines.add(asked.line().replace(" HTTP/1.1", "")));
    return lines;
  }

  @Test
  void shouldCarryTheContextOfAReadIntoTheNextWrite() throws IOException {
    first.then(ScriptedServer.text(200, "old", "Volute-Version: AA", "Volute-Siblings: 1"));
    first.then(written("BB", 1)).then(written("CC", 1));
    assertEquals("old", client.read("k").orElseThrow().text());
    Change change = client.write("k", VALUE);
    assertEquals(new Change(Outcome.APPLIED, "BB", 1, "2/3", ""), change);
    client.delete("k");
    client.write("k", VALUE, ChangeOptions.DEFAULT.replacingAll());
    client.write("other", VALUE);
    assertEquals(
        List.of(
            "GET /read?name=k",
            "POST /write?name=k&version=AA",
            "POST /delete?name=k&version=BB",
            "POST /write?name=k",
            "POST /write?name=other"),
        lines(first));
    assertEquals(List.of(), lines(second));
  }

  @Test
  void shouldNotReplaceASiblingThatNobodyHereHasRead() throws IOException {
    first.then(written("AA", 1)).then(written("BB", 2)).then(written("CC", 3));
    client.write("k", VALUE);
    client.write("k", VALUE);
    client.write("k", VALUE);
    client.read("k");
    assertEquals(
        List.of(
            "POST /write?name=k",
            "POST /write?name=k&version=AA",
            "POST /write?name=k&version=AA",
            "GET /read?name=k&version=CC"),
        lines(first));
  }

  @Test
  void shouldForgetWhatWasNotUsedForLongestWhenThereIsNoMoreRoom() throws IOException {
    first.otherwise(written("AA", 1));
    ClientSettings settings = ClientSettings.of(first.address()).withBounds(1, 2, 100);
    try (VoluteClient small = VoluteClient.of(settings)) {
      for (String name : List.of("a", "b", "a", "c", "a", "b")) {
        small.write(name, VALUE);
      }
    }
    List<String> lines = lines(first);
    assertEquals("POST /write?name=a&version=AA", lines.get(4));
    assertEquals("POST /write?name=b", lines.get(5), "forgotten");
  }

  @Test
  void shouldAskAnotherNodeWhenOneIsSilentRefusesOrIsNotNewEnough() throws IOException {
    first.then((asked, out) -> Thread.sleep(900));
    first.then(ScriptedServer.text(503, "not as new as that context\n"));
    second.otherwise(ScriptedServer.text(200, "x", "Volute-Version: AA"));
    assertEquals("x", client.read("k").orElseThrow().text());
    assertEquals("x", client.read("k").orElseThrow().text());
    assertEquals(1, lines(first).size(), "it stays with the one that answers");
    assertEquals("GET /read?name=k&version=AA", lines(second).get(1));
  }

  @Test
  void shouldRepeatAChangeWhenItIsKnownThatNothingWasApplied() throws IOException {
    first.then(refused(503, "not-applied"));
    second.then(written("AA", 1));
    assertTrue(client.write("k", VALUE).isApplied());
    assertEquals(1, lines(first).size());
    assertEquals(1, lines(second).size());
    assertEquals(1, second.asked().get(0).body().length, "the value is sent again, whole");
  }

  @Test
  void shouldSayThatNobodyKnowsAndNotRepeatWhenAnAnswerIsLost() throws IOException {
    first.then(ScriptedServer.rawThenClose(""));
    Change lost = client.write("k", VALUE);
    assertEquals(Outcome.UNKNOWN, lost.outcome());
    assertEquals(List.of(), lines(second));
    ChangeException thrown = assertThrows(ChangeException.class, lost::require);
    assertEquals(lost, thrown.change());

    second.then(refused(503, "unknown"));
    Change unknown = client.write("k", VALUE);
    assertEquals(Outcome.UNKNOWN, unknown.outcome());
    assertEquals("busy", unknown.explanation());
  }

  @Test
  void shouldRepeatADeleteOfAKnownVersionWhenItsAnswerIsLost() throws IOException {
    first.then(ScriptedServer.rawThenClose(""));
    second.then(written("BB", 0));
    ChangeOptions known = ChangeOptions.DEFAULT.replacing("AA");
    assertTrue(client.delete("k", known).isApplied());
    assertEquals(List.of("POST /delete?name=k&version=AA"), lines(second));
    assertEquals(List.of("POST /delete?name=k&version=AA"), lines(first));
  }

  @Test
  void shouldSayNotAppliedAtTheDeadlineWhenNoNodeCanCarryItOut() throws IOException {
    first.otherwise(refused(503, "not-applied"));
    second.otherwise(refused(503, "not-applied"));
    Change change = client.write("k", VALUE);
    assertEquals(Outcome.NOT_APPLIED, change.outcome());
    assertEquals("no answer within the deadline: busy", change.explanation());
    assertTrue(lines(first).size() > 1 && lines(first).size() < 40, "it pauses between rounds");

    first.otherwise(refused(409, "not-applied"));
    second.otherwise(refused(409, "not-applied"));
    assertEquals("busy", client.write("k", VALUE).explanation(), "no use to try another");
  }

  @Test
  void shouldGiveUpAtTheDeadlineWhenNobodyIsThere() throws IOException {
    first.close();
    second.close();
    UnavailableException e = assertThrows(UnavailableException.class, () -> client.read("k"));
    assertTrue(e.getMessage().contains("cannot reach localhost:"), e.getMessage());
    assertEquals(Outcome.NOT_APPLIED, client.write("k", VALUE).outcome());
  }

  @Test
  void shouldTellAbsenceFromANodeThatDoesNotKnowTheCommand() throws IOException {
    first.then(ScriptedServer.text(404, "no", "Volute-Siblings: 0", "Volute-Version: AA"));
    assertEquals(Optional.empty(), client.read("k"));
    first.then(ScriptedServer.text(404, "unknown path\n"));
    VoluteException e = assertThrows(VoluteException.class, () -> client.read("k"));
    assertEquals("unknown path", e.getMessage());
  }

  @Test
  void shouldRefuseAValueThatIsLargerThanItHolds() throws IOException {
    first.otherwise(ScriptedServer.text(200, "12345", "Volute-Version: AA"));
    for (int most = 4; most <= 5; most++) {
      ClientSettings settings = ClientSettings.of(first.address()).withBounds(1, 1, most);
      try (VoluteClient small = VoluteClient.of(settings)) {
        if (most == 5) {
          assertEquals("12345", small.read("k").orElseThrow().text());
        } else {
          VoluteException e = assertThrows(VoluteException.class, () -> small.read("k"));
          assertTrue(e.getMessage().contains("maxValueBytes, 4"), e.getMessage());
        }
      }
    }
  }

  @Test
  void shouldNotShowATokenWhenSettingsArePrinted() {
    ClientSettings settings = ClientSettings.of("a:1").withToken("secret");
    assertEquals("client of [a:1]", settings.toString());
    assertThrows(
        IllegalArgumentException.class,
        () -> settings.withTimes(Duration.ofSeconds(2), Duration.ofSeconds(1)));
  }
}
