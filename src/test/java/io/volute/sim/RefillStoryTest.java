package io.volute.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.command.AckLevel;
import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.command.Condition;
import io.volute.hashing.Partitions;
import io.volute.message.Message;
import io.volute.port.StoreException;
import io.volute.record.Name;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Partitions of which much is missing, or old, are taken over as streams. */
class RefillStoryTest {
  private static List<String> namesOfPartition(int partition, int count) {
    List<String> names = new ArrayList<>();
    for (int i = 0; names.size() < count; i++) {
      if (Partitions.of(Name.of("k" + i)) == partition) {
        names.add("k" + i);
      }
    }
    return names;
  }

  /** A partition that is streamed: many keys, of which next to none are left. */
  @Test
  void shouldStreamAPartitionOfWhichAlmostAllIsLost() throws StoreException {
    SimCluster cluster = new SimCluster(2);
    List<String> names = namesOfPartition(5, 200);
    names.forEach(name -> cluster.write("n1", name, "value of " + name, AckLevel.ALL));
    cluster.pass(10_000);
    for (String name : names.subList(3, 200)) {
      cluster.store("n2").remove(Name.of(name));
    }
    long before = cluster.messages("FetchRange");
    cluster.pass(6000);
    assertTrue(cluster.messages("FetchRange") > before, "nothing was streamed");
    for (String name : names) {
      assertEquals(List.of("value of " + name), cluster.held("n2", name));
    }
  }

  /** Both others compare with it as well, before it has all; pages take their time. */
  @Test
  void shouldLeaveItToAWipedMemberToTakePages() {
    SimCluster cluster = new SimCluster(3);
    List<String> names = namesOfPartition(5, 200);
    names.forEach(name -> cluster.write("n1", name, "value", AckLevel.ALL));
    cluster.pass(10_000);
    cluster.wipe("n2");
    List.of("n1", "n3").forEach(from -> cluster.slowDown(from, Message.FetchedRange.class, 300));
    long before = cluster.messages("Fetch");
    cluster.restart("n2");
    cluster.pass(10_000);
    names.forEach(name -> assertEquals(List.of("value"), cluster.held("n2", name)));
    long fetched = cluster.messages("Fetch") - before;
    assertTrue(fetched < 20, () -> fetched + " keys were exchanged one at a time");
  }

  /** What a page takes longer than the quickest one, it has waited behind what clients want. */
  @Test
  void shouldLeaveRoomBetweenPagesThatTakeLongerThanTheFirst() {
    long pages = pagesWhenTheyAreSlow(withPages(2));
    assertTrue(pages >= 8 && pages <= 11, () -> pages + " pages of 400 ms in 8 s");
  }

  /** Of few keys: each partition is a page, and two are taken over at a time. */
  @Test
  void shouldLeaveRoomBetweenPartitionsThatTakeLongerThanTheFirst() {
    SimCluster cluster = new SimCluster(2);
    for (int partition = 0; partition < 60; partition++) {
      namesOfPartition(partition, 40)
          .forEach(name -> cluster.write("n1", name, "value", AckLevel.ALL));
    }
    cluster.pass(10_000);
    cluster.wipe("n2");
    long pages = pagesWhenTheyAreSlow(cluster);
    assertTrue(pages >= 16 && pages <= 22, () -> pages + " pages of 400 ms in 8 s");
  }

  /** What n2 is given in 8 s once pages take 400 ms, after two that did not. */
  private static long pagesWhenTheyAreSlow(SimCluster cluster) {
    cluster.restart("n2");
    passUntilPages(cluster, 2);
    cluster.slowDown("n1", Message.FetchedRange.class, 400);
    cluster.pass(1000);
    long before = cluster.messages("FetchedRange");
    cluster.pass(8000);
    return cluster.messages("FetchedRange") - before;
  }

  /** Pages take longer than most answers; one that is asked for again is sent again. */
  @Test
  void shouldAskOnceForAPageThatTakesNoLongerThanTheOneBefore() {
    SimCluster cluster = withPages(2);
    cluster.slowDown("n1", Message.FetchedRange.class, 2000);
    cluster.restart("n2");
    passUntilPages(cluster, 5);
    cluster.pass(2000);
    long before = cluster.messages("FetchRange");
    cluster.pass(20_000);
    long asked = cluster.messages("FetchRange") - before;
    assertTrue(asked >= 8 && asked <= 11, () -> asked + " questions for pages of 2 s in 20 s");
  }

  /** Each of the two is asked for as much, though the first could give all. */
  @Test
  void shouldTakePartitionsFromAllPeersThatHaveThem() {
    SimCluster cluster = new SimCluster(3);
    for (int partition = 0; partition < 12; partition++) {
      namesOfPartition(partition, 40)
          .forEach(name -> cluster.write("n1", name, "value", AckLevel.ALL));
    }
    cluster.pass(10_000);
    cluster.wipe("n2");
    List.of("n1", "n3").forEach(from -> cluster.slowDown(from, Message.FetchedRange.class, 300));
    cluster.restart("n2");
    cluster.pass(20_000);
    namesOfPartition(11, 40)
        .forEach(name -> assertEquals(List.of("value"), cluster.held("n2", name)));
    for (String peer : List.of("n1", "n3")) {
      long asked = cluster.messages("n2>" + peer + " FetchRange");
      // The first page of each is asked for more than once: how long one takes is not known yet.
      assertTrue(asked >= 4 && asked <= 12, () -> asked + " of 12 pages from " + peer);
    }
  }

  private static void passUntilPages(SimCluster cluster, int count) {
    for (int waited = 0; cluster.messages("FetchedRange") < count; waited++) {
      assertTrue(waited < 60_000, () -> cluster.messages("FetchedRange") + " pages in a minute");
      cluster.pass(1);
    }
  }

  /** One partition has some fifty pages, of which a wiped member n2 has none. */
  private static SimCluster withPages(int members) {
    SimCluster cluster = new SimCluster(members);
    String value = "v".repeat(1000);
    for (String name : namesOfPartition(5, 1500)) {
      assertInstanceOf(Answer.Written.class, cluster.write("n1", name, value, AckLevel.ALL));
    }
    cluster.pass(10_000);
    cluster.wipe("n2");
    return cluster;
  }

  /**
   * Its pages come first: what others would have it coordinate beside them, the next owner does.
   */
  @Test
  void shouldCoordinateOneChangeOfOthersAtATimeWhileItIsFilled() {
    beginThreeWhileTheFirstIsFilled(AckLevel.QUORUM, 2);
  }

  /** Nobody else may be fit for it. */
  @Test
  void shouldCoordinateWhatIsForItsZoneThoughItIsFilled() {
    beginThreeWhileTheFirstIsFilled(AckLevel.LOCAL_QUORUM, 0);
  }

  private static void beginThreeWhileTheFirstIsFilled(AckLevel level, int byOthers) {
    SimCluster cluster = new SimCluster(3);
    List<String> names = namesWithFirst(cluster, "n2");
    names.forEach(name -> cluster.write("n1", name, "value", AckLevel.ALL));
    cluster.pass(10_000);
    cluster.wipe("n2");
    for (String other : List.of("n1", "n3")) {
      cluster.slowDown(other, Message.FetchedRange.class, 5000);
      cluster.slowDown(other, Message.Replicated.class, 1000);
    }
    cluster.restart("n2");
    cluster.pass(2000);
    Map<String, Answer> answers = new HashMap<>();
    for (String name : names.subList(0, 3)) {
      cluster.begin("n1", blindWrite(name, level), answer -> answers.put(name, answer));
    }
    cluster.pass(500);
    assertEquals(byOthers, answers.size(), "those that it has not taken");
    cluster.pass(1000);
    assertEquals(3, answers.size());
    answers.values().forEach(answer -> assertInstanceOf(Answer.Written.class, answer));
  }

  private static List<String> namesWithFirst(SimCluster cluster, String member) {
    for (int partition = 0; partition < Partitions.COUNT; partition++) {
      List<String> names = namesOfPartition(partition, 200);
      if (cluster.preference(names.get(0)).get(0).equals(member)) {
        return names;
      }
    }
    throw new AssertionError(member + " comes first nowhere");
  }

  private static Command blindWrite(String name, AckLevel level) {
    return SimCluster.change(name, "new", Optional.empty(), level, Condition.NONE);
  }

  /** As many keys on both sides, most of them older here: no reason to ask for one at a time. */
  @Test
  void shouldStreamAPartitionOfWhichMuchIsOlderInACopy() {
    SimCluster cluster = new SimCluster(2);
    List<String> names = namesOfPartition(5, 200);
    names.forEach(name -> cluster.write("n1", name, "early " + name, AckLevel.ALL));
    Object copy = cluster.copyDisk("n2");
    List<String> changed = names.subList(0, 120);
    changed.forEach(name -> cluster.write("n1", name, "later " + name, AckLevel.ALL));
    changed.subList(0, 10).forEach(name -> cluster.delete("n1", name, AckLevel.ALL));
    cluster.pass(60_000);
    cluster.kill("n2");
    cluster.restoreCopy("n2", copy);
    long before = cluster.messages("Fetch");
    cluster.restart("n2");
    cluster.pass(10_000);
    for (String member : List.of("n1", "n2")) {
      for (String name : names) {
        boolean isDeleted = changed.indexOf(name) >= 0 && changed.indexOf(name) < 10;
        String last = (changed.contains(name) ? "later " : "early ") + name;
        assertEquals(isDeleted ? List.of() : List.of(last), cluster.held(member, name), member);
      }
    }
    long fetched = cluster.messages("Fetch") - before;
    assertTrue(fetched < 60, () -> fetched + " keys were exchanged one at a time");
  }
}
