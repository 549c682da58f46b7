package io.volute.membership.swim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.command.Answer.MemberState;
import io.volute.identity.Endpoint;
import io.volute.identity.HostPort;
import io.volute.identity.MemberEntry;
import io.volute.identity.MemberRecord;
import io.volute.identity.NodeId;
import io.volute.identity.Role;
import io.volute.identity.Stage;
import io.volute.message.Message;
import io.volute.message.Message.Accusation;
import io.volute.port.Wire;
import io.volute.settings.NetworkTuning;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One node's view of four peers, of which the test decides who answers what. */
class DetectorTest implements Wire, Detector.Listener {
  private static final NetworkTuning LAN = NetworkTuning.LAN;

  private final Set<String> silent = new TreeSet<>();
  private final Set<String> unreachableForAll = new TreeSet<>();
  private boolean mediatorsAnswer = true;
  private final List<String> sent = new ArrayList<>();
  private final List<Accusation> news = new ArrayList<>();
  private final List<String> changes = new ArrayList<>();
  private final List<Runnable> arriving = new ArrayList<>();
  private long now = 1000;
  private Detector detector;

  @BeforeEach
  void begin() {
    Random random = new Random(3);
    detector = new Detector(new NodeId("self"), LAN, random::nextLong, this, this, 1, now);
    detector.onMembers(List.of(word("a", 1), word("b", 1), word("c", 1), word("d", 1)), now);
  }

  private static MemberRecord word(String id, long counter) {
    MemberEntry entry =
        new MemberEntry(new NodeId(id), new HostPort("h", id.charAt(0)), Optional.empty(), 1);
    return new MemberRecord(entry, Role.MEMBER, Stage.ACTIVE, 1, counter, 0);
  }

  private static Endpoint at(String id) {
    return word(id, 1).entry().endpoint();
  }

  private void pass(long millis) {
    for (long until = now + millis; now < until; ) {
      now += LAN.tickMillis();
      detector.onTick(now);
      deliver();
    }
  }

  private void deliver() {
    while (!arriving.isEmpty()) {
      List<Runnable> batch = List.copyOf(arriving);
      arriving.clear();
      batch.forEach(Runnable::run);
    }
  }

  @Override
  public void send(Endpoint to, Message message) {
    String node = to.node().text();
    sent.add(message.getClass().getSimpleName() + " " + node);
    if (silent.contains(node)) {
      return;
    }
    if (message instanceof Message.Probe probe) {
      answer(to, new Message.ProbeAck(probe.requestId()));
    } else if (message instanceof Message.ProbeFor request && mediatorsAnswer) {
      boolean reached = !unreachableForAll.contains(request.member().text());
      answer(to, new Message.ProbedFor(request.requestId(), reached));
    }
  }

  private void answer(Endpoint from, Message message) {
    arriving.add(
        () -> {
          detector.onHeard(from.node(), now);
          detector.onMessage(from, message, now);
        });
  }

  @Override
  public void seek(HostPort address) {
    throw new AssertionError("the detector seeks nobody");
  }

  @Override
  public void onReachable(NodeId peer) {
    changes.add("+" + peer);
  }

  @Override
  public void onUnreachable(NodeId peer) {
    changes.add("-" + peer);
  }

  @Override
  public void onDead(NodeId peer, boolean dead) {
    changes.add((dead ? "dead " : "back ") + peer);
  }

  @Override
  public void onNews(Accusation accusation) {
    news.add(accusation);
  }

  @Override
  public boolean onAccused(Endpoint by, Accusation accusation) {
    return true;
  }

  @Override
  public void onOutdated(Endpoint by, NodeId peer) {
    sent.add("correction of " + peer + " " + by.node());
  }

  @Override
  public void onOccasion(Endpoint peer) {}

  private MemberState state(String id) {
    return detector.stateOf(new NodeId(id)).orElseThrow();
  }

  private void lose(String id) {
    silent.add(id);
    unreachableForAll.add(id);
  }

  private Accusation accusation(String accuser, String member, long counter, boolean dead) {
    return new Accusation(new NodeId(accuser), new NodeId(member), 1, counter, dead);
  }

  private void accused(String from, Accusation accusation) {
    detector.onHeard(new NodeId(from), now);
    detector.onAccused(at(from), new Message.Accused(9, List.of(accusation)), now);
    deliver();
  }

  @Test
  void shouldHoldNothingAgainstThoseWhoAnswer() {
    pass(60_000);
    assertEquals(List.of(), changes);
    assertEquals(List.of(), news);
  }

  @Test
  void shouldSuspectWhomNeitherItNorOthersReachAndThenHoldItForDead() {
    pass(5000);
    lose("b");
    pass(4000);
    assertEquals(MemberState.SUSPECT, state("b"));
    assertEquals(List.of("-b"), changes);
    assertTrue(sent.stream().anyMatch(one -> one.startsWith("ProbeFor")), sent::toString);
    assertTrue(sent.contains("Accused b"), "the suspect is told");
    pass(30_000);
    assertEquals(MemberState.DEAD, state("b"));
    assertTrue(news.contains(accusation("self", "b", 1, true)), news::toString);
  }

  @Test
  void shouldNotSuspectWhomOthersReachButNotCountOnItEither() {
    silent.add("b");
    pass(60_000);
    assertEquals(MemberState.ALIVE, state("b"));
    assertFalse(detector.isReachable(new NodeId("b")));
    assertEquals(List.of(), news);
    silent.clear();
    pass(3000);
    assertTrue(detector.isReachable(new NodeId("b")));
    assertEquals(List.of("-b", "+b"), changes);
  }

  @Test
  void shouldTakeALostPeerForOneThatMayPauseForAContactTimeout() {
    NodeId peer = new NodeId("a");
    lose("a");
    while (detector.isReachable(peer)) {
      assertFalse(detector.isLostLately(peer, now), "it is not lost yet");
      pass(LAN.tickMillis());
    }
    long lostMillis = now;
    assertTrue(detector.isLostLately(peer, lostMillis + LAN.contactTimeoutMillis() - 1));
    assertFalse(detector.isLostLately(peer, lostMillis + LAN.contactTimeoutMillis()));
    assertFalse(detector.isLostLately(new NodeId("b"), lostMillis), "it answers");
  }

  @Test
  void shouldTryTheDeadAgainAndBelieveThem() {
    lose("b");
    pass(60_000);
    assertEquals(MemberState.DEAD, state("b"));
    silent.clear();
    pass(3000);
    assertEquals(MemberState.ALIVE, state("b"));
    assertEquals(List.of("-b", "dead b", "back b", "+b"), changes);
  }

  @Test
  void shouldBlameNobodyForTheTimeInWhichItWasStopped() {
    pass(5000);
    now += 60_000;
    pass(3000);
    assertEquals(List.of(), changes);
    assertEquals(List.of(), news);
    assertTrue(detector.health().multiplier() >= 1);
  }

  @Test
  void shouldTrustItselfLessWhenItHearsNothingAtAll() {
    pass(5000);
    silent.addAll(List.of("a", "b", "c", "d"));
    mediatorsAnswer = false;
    pass(20_000);
    assertTrue(detector.health().multiplier() > 3);
    assertTrue(List.of("a", "b", "c", "d").stream().allMatch(id -> state(id) != MemberState.DEAD));
    silent.clear();
    mediatorsAnswer = true;
    pass(60_000);
    assertEquals(1, detector.health().multiplier());
  }

  @Test
  void shouldCheckBeforeItBelievesIllOfOneThatItHeardJustNow() {
    pass(5000);
    accused("a", accusation("a", "b", 1, false));
    assertEquals(MemberState.ALIVE, state("b"));
    pass(3000);
    assertEquals(MemberState.ALIVE, state("b"));
    assertEquals(List.of(), changes);
    assertTrue(news.contains(accusation("a", "b", 1, false)), "passed on all the same");
    lose("b");
    accused("c", accusation("c", "b", 1, false));
    pass(1000);
    assertEquals(MemberState.SUSPECT, state("b"));
  }

  @Test
  void shouldPassOnEachAccusationOnce() {
    pass(5000);
    for (int i = 0; i < 10; i++) {
      accused("a", accusation("a", "b", 1, false));
      pass(400);
    }
    assertEquals(List.of(accusation("a", "b", 1, false)), news);
  }

  @Test
  void shouldCorrectWhoAccusesAMemberThatHasSpokenSince() {
    pass(5000);
    detector.onMembers(List.of(word("a", 1), word("b", 4), word("c", 1), word("d", 1)), now);
    accused("a", accusation("a", "b", 3, false));
    assertTrue(sent.contains("correction of b a"), sent::toString);
    assertEquals(List.of(), news);
  }

  @Test
  void shouldClearASuspectThatHasSpokenSince() {
    lose("b");
    pass(4000);
    assertEquals(MemberState.SUSPECT, state("b"));
    silent.clear();
    detector.onMembers(List.of(word("a", 1), word("b", 2), word("c", 1), word("d", 1)), now);
    assertEquals(MemberState.ALIVE, state("b"));
    pass(1000);
    assertTrue(detector.isReachable(new NodeId("b")));
  }

  @Test
  void shouldForgetThoseWhoAreNoMembersAnyMore() {
    detector.onMembers(List.of(word("a", 1)), now);
    assertEquals(Optional.empty(), detector.stateOf(new NodeId("b")));
    assertFalse(detector.isReachable(new NodeId("b")));
    lose("b");
    pass(30_000);
    assertEquals(List.of(), news);
  }

  @Test
  void shouldSayToOthersWhetherAPeerAnswersItself() {
    pass(1000);
    sent.clear();
    detector.onMessage(at("a"), new Message.ProbeFor(77, new NodeId("b")), now);
    deliver();
    assertTrue(sent.contains("ProbedFor a"), sent::toString);
    lose("b");
    sent.clear();
    detector.onMessage(at("a"), new Message.ProbeFor(78, new NodeId("b")), now);
    pass(LAN.probeTimeoutMillis());
    assertTrue(sent.contains("ProbedFor a"), sent::toString);
  }
}
