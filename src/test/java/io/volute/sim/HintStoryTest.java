package io.volute.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.command.AckLevel;
import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.settings.Tuning;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an owner misses while it is away. */
class HintStoryTest {
  private static final int KEYS = 60;
  private static final String AWAY = "n3";
  private static final List<String> OTHERS = List.of("n1", "n2", "n4");

  /** Keys that the one that is away owns. */
  private static List<String> writeWithout(SimCluster cluster) {
    cluster.kill(AWAY);
    cluster.pass(10_000);
    List<String> owned = new ArrayList<>();
    for (int i = 0; i < KEYS; i++) {
      String name = "key" + i;
      Answer answer = cluster.write("n1", name, "v" + i, AckLevel.ALL);
      Answer.Written written = assertInstanceOf(Answer.Written.class, answer, name);
      assertEquals(3, written.acks(), "a stand-in counts");
      assertEquals(3, written.owners());
      if (cluster.owners(name, 3).contains(AWAY)) {
        owned.add(name);
      }
    }
    assertTrue(owned.size() > KEYS / 2);
    return owned;
  }

  private static long hints(SimCluster cluster, String member) {
    return ((Answer.Status) cluster.ask(member, new Command.DescribeStatus())).hints();
  }

  private static void assertBack(SimCluster cluster, List<String> owned) {
    cluster.restart(AWAY);
    cluster.pass(15_000);
    for (String name : owned) {
      assertEquals(1, cluster.held(AWAY, name).size(), name);
    }
    OTHERS.forEach(member -> assertEquals(0, hints(cluster, member), member));
  }

  @Test
  void shouldRememberOverALossOfPowerWhatAnOwnerMissed() {
    SimCluster cluster = new SimCluster(4);
    List<String> owned = writeWithout(cluster);
    cluster.pass(100);
    long before = hints(cluster, "n1") + hints(cluster, "n2") + hints(cluster, "n4");
    assertTrue(before >= owned.size(), before + " hints for " + owned.size());
    OTHERS.forEach(cluster::losePower);
    OTHERS.forEach(cluster::restart);
    cluster.pass(5000);
    long after = hints(cluster, "n1") + hints(cluster, "n2") + hints(cluster, "n4");
    assertEquals(before, after);
    assertBack(cluster, owned);
  }

  @Test
  void shouldCompareKeysInsteadWhenThereAreMoreHintsThanMayBe() {
    Tuning usual = Tuning.DEFAULT;
    Tuning few =
        new Tuning(
            usual.operationDeadlineMillis(),
            usual.resendFirstMillis(),
            usual.resendMostMillis(),
            usual.forwardPatienceMillis(),
            usual.siblingsLimit(),
            usual.operationsLimit(),
            5,
            usual.sweepPageKeys(),
            usual.mailboxCapacity());
    SimCluster cluster = new SimCluster(4, few);
    List<String> owned = writeWithout(cluster);
    for (String member : OTHERS) {
      assertTrue(hints(cluster, member) <= 5, member);
    }
    assertBack(cluster, owned);
  }
}
