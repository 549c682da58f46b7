package io.volute.membership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.identity.HostPort;
import io.volute.identity.MemberEntry;
import io.volute.identity.MemberRecord;
import io.volute.identity.NodeId;
import io.volute.identity.Role;
import io.volute.identity.Stage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MembersTest {
  private final Members members =
      new Members(entry("self", 1), Role.MEMBER, List.of(entry("b", 2)));

  private static MemberEntry entry(String id, int port) {
    return new MemberEntry(new NodeId(id), new HostPort("h", port), Optional.empty(), 1);
  }

  private static MemberRecord word(String id, Stage stage, long incarnation, long counter) {
    return new MemberRecord(entry(id, 2), Role.MEMBER, stage, incarnation, counter, 0);
  }

  @Test
  void shouldPreferWhatAMemberSaysToWhatAFileSays() {
    assertEquals(Members.Verdict.LEARNED, members.learn(word("b", Stage.ACTIVE, 5, 1)));
    assertEquals(Members.Verdict.OUTDATED, members.learn(MemberRecord.hearsay(entry("b", 9))));
    assertEquals(5, members.find(new NodeId("b")).orElseThrow().incarnation());
  }

  @Test
  void shouldComeToTheSameKnowledgeWhateverTheOrder() {
    for (long seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      List<MemberRecord> words = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        Stage stage = Stage.values()[random.nextInt(4)];
        words.add(word("m" + random.nextInt(5), stage, random.nextInt(3), random.nextInt(4)));
      }
      Members one = new Members(entry("self", 1), Role.MEMBER, List.of());
      Members other = new Members(entry("self", 1), Role.MEMBER, List.of());
      words.forEach(one::learn);
      Collections.shuffle(words, random);
      words.forEach(other::learn);
      words.forEach(other::learn);
      assertEquals(one.all(), other.all(), "seed " + seed);
      assertEquals(one.digest(), other.digest(), "seed " + seed);
    }
  }

  @Test
  void shouldKeepAMemberOutThatHasGoneUntilItsNextLife() {
    members.learn(word("b", Stage.REMOVED, 5, MemberRecord.LAST_WORD));
    assertFalse(members.roster().contains(new NodeId("b")));
    assertEquals(Members.Verdict.OUTDATED, members.learn(word("b", Stage.ACTIVE, 5, 99)));
    assertEquals(Members.Verdict.LEARNED, members.learn(word("b", Stage.ACTIVE, 6, 1)));
    assertTrue(members.roster().contains(new NodeId("b")));
  }

  @Test
  void shouldPlaceNoKeysOnMembersThatLeave() {
    members.learn(word("b", Stage.LEAVING, 5, 1));
    assertTrue(members.roster().contains(new NodeId("b")));
    assertEquals(List.of(entry("self", 1)), members.roster().owning());
  }

  @Test
  void shouldTakeNoMoreMembersThanAFileMayHave() {
    for (int i = 0; i < MembershipFile.MAX_MEMBERS - 2; i++) {
      assertEquals(Members.Verdict.LEARNED, members.learn(word("m" + i, Stage.ACTIVE, 1, 1)));
    }
    assertEquals(Members.Verdict.TOO_MANY, members.learn(word("more", Stage.ACTIVE, 1, 1)));
  }

  @Test
  void shouldTellObserversOfEveryChangeOnce() {
    List<String> told = new ArrayList<>();
    members.observe((before, after) -> told.add(before.size() + ">" + after.size()));
    members.learn(word("c", Stage.ACTIVE, 1, 1));
    members.learn(word("c", Stage.ACTIVE, 1, 1));
    members.speak(own -> own.with(Stage.LEAVING, own.counter() + 1));
    assertEquals(List.of("2>3", "3>3"), told);
  }
}
