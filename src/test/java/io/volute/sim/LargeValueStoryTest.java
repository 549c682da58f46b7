package io.volute.sim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.command.AckLevel;
import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.command.Condition;
import io.volute.message.Message;
import io.volute.record.Mirrors;
import io.volute.record.Name;
import io.volute.record.Value;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Values that travel in chunks, and keys of which there are fewer copies than usual. */
class LargeValueStoryTest {
  private static final String KEY = "large";
  private static final int CHUNK_BYTES = 2000;

  @Test
  void shouldBringALargeValueToAllOwnersAndToWhoReadsIt() {
    SimCluster cluster = new SimCluster(5);
    byte[] content = content(1, 50_000);
    for (String member : List.of("n1", "n2", "n3", "n4", "n5")) {
      Answer.Written written = written(write(cluster, member, content, AckLevel.ALL));
      assertEquals(3, written.acks(), member);
      for (String reader : List.of("n1", "n2", "n3", "n4", "n5")) {
        assertArrayEquals(content, read(cluster, reader), member + " to " + reader);
      }
    }
  }

  @Test
  void shouldDeliverALargeValueToAnOwnerThatWasAway() {
    SimCluster cluster = new SimCluster(3);
    cluster.kill("n3");
    cluster.pass(2000);
    byte[] content = content(2, 30_000);
    written(write(cluster, "n1", content, AckLevel.QUORUM));
    cluster.restart("n3");
    cluster.pass(10_000);
    assertHeldByThirdAlone(cluster, content);
  }

  @Test
  void shouldGoOnFromAnotherHolderWhenTheFirstOneDies() {
    SimCluster cluster = new SimCluster(4);
    byte[] content = content(3, 30_000);
    List<String> owners = cluster.owners(KEY, 3);
    String outsider = cluster.preference(KEY).get(3);
    written(write(cluster, owners.get(0), content, AckLevel.ALL));
    Answer.Found found =
        assertInstanceOf(Answer.Found.class, cluster.read(outsider, KEY, AckLevel.ALL));
    assertEquals(3, found.siblings().get(0).holders().size());
    cluster.kill(found.siblings().get(0).holders().get(0).text());
    assertArrayEquals(content, chunks(cluster, outsider, found));
  }

  @Test
  void shouldGoOnAtItsOffsetWithTheNextHolderWhenOneDiesInBetween() {
    SimCluster cluster = new SimCluster(3);
    byte[] content = content(6, 60_000);
    String holder = bringHalfToThird(cluster, content);
    cluster.kill(holder);
    int before = cluster.chunkRequests().size();
    cluster.pass(30_000);

    List<SimCluster.ChunkRequest> later = cluster.chunkRequests();
    List<Long> offsets =
        later.subList(before, later.size()).stream()
            .filter(request -> request.asks().equals("n3") && !request.holder().equals(holder))
            .map(SimCluster.ChunkRequest::offset)
            .toList();
    assertTrue(offsets.stream().allMatch(offset -> offset >= 10_000), "from " + offsets);
    assertEquals(offsets.size(), offsets.stream().distinct().count(), "once each: " + offsets);
    cluster.kill(holder.equals("n1") ? "n2" : "n1");
    cluster.pass(2000);
    Answer.Found found =
        assertInstanceOf(Answer.Found.class, cluster.read("n3", KEY, AckLevel.ONE));
    assertArrayEquals(content, chunks(cluster, "n3", found));
  }

  @Test
  void shouldGoOnAtItsOffsetWhenTheHolderStartsAnew() {
    SimCluster cluster = new SimCluster(3);
    byte[] content = content(7, 60_000);
    String holder = bringHalfToThird(cluster, content);
    cluster.kill(holder);
    int before = cluster.chunkRequests().size();
    cluster.pass(500);
    cluster.restart(holder);
    cluster.pass(30_000);

    List<SimCluster.ChunkRequest> later = cluster.chunkRequests();
    assertTrue(
        later.subList(before, later.size()).stream()
            .filter(request -> request.asks().equals("n3"))
            .allMatch(request -> request.offset() >= 10_000));
    assertHeldByThirdAlone(cluster, content);
  }

  @Test
  void shouldBringSeveralLargeValuesAtOnce() {
    SimCluster cluster = new SimCluster(3);
    List<String> names = List.of("one", "two", "three", "four");
    cluster.kill("n3");
    cluster.pass(2000);
    for (String name : names) {
      Value value = upload(cluster, "n1", name, content(name.hashCode(), 60_000));
      written(cluster.ask("n1", write(name, value, Optional.empty(), AckLevel.QUORUM)));
    }
    cluster.restart("n3");
    cluster.pass(30_000);

    List<Long> offsets = asked(cluster).stream().map(SimCluster.ChunkRequest::offset).toList();
    int firstIsDone = offsets.indexOf(58_000L);
    long begun = offsets.subList(0, firstIsDone).stream().filter(offset -> offset == 0).count();
    assertTrue(begun > 1, () -> "one after the other: " + offsets);
    cluster.kill("n1");
    cluster.kill("n2");
    cluster.pass(2000);
    for (String name : names) {
      Answer.Found found =
          assertInstanceOf(Answer.Found.class, cluster.read("n3", name, AckLevel.ONE));
      assertArrayEquals(content(name.hashCode(), 60_000), chunks(cluster, "n3", found), name);
    }
  }

  @Test
  void shouldBeginAnewAfterATransferThatWasGivenUp() {
    SimCluster cluster = new SimCluster(3);
    byte[] content = content(8, 60_000);
    bringHalfToThird(cluster, content);
    cluster.kill("n1");
    cluster.kill("n2");
    cluster.pass(20_000);
    int before = asked(cluster).size();
    cluster.restart("n1");
    cluster.restart("n2");
    cluster.pass(30_000);

    List<SimCluster.ChunkRequest> anew = asked(cluster).subList(before, asked(cluster).size());
    assertTrue(
        anew.stream().anyMatch(request -> request.offset() == 0),
        () -> "something was kept of the first part: " + anew);
    assertHeldByThirdAlone(cluster, content);
  }

  /** Writes while n3 is away, and lets it get a part of it; returns who it gets it from. */
  private static String bringHalfToThird(SimCluster cluster, byte[] content) {
    cluster.kill("n3");
    cluster.pass(2000);
    written(write(cluster, "n1", content, AckLevel.QUORUM));
    cluster.restart("n3");
    for (int i = 0; i < 20_000 && asked(cluster).size() < 10; i++) {
      cluster.pass(1);
    }
    List<SimCluster.ChunkRequest> asked = asked(cluster);
    assertTrue(asked.size() >= 10 && asked.size() < 20, asked.size() + " requests");
    return asked.get(asked.size() - 1).holder();
  }

  private static List<SimCluster.ChunkRequest> asked(SimCluster cluster) {
    return cluster.chunkRequests().stream().filter(each -> each.asks().equals("n3")).toList();
  }

  /** The key is deleted, and its tombstone reaped, while two owners still fetch its value. */
  @Test
  void shouldNotKeepAValueThatWasDeletedAndReapedWhileItWasOnItsWay() {
    SimCluster cluster = new SimCluster(3);
    List<String> owners = cluster.owners(KEY, 3);
    owners.forEach(from -> cluster.slowDown(from, Message.FetchedChunk.class, 2500));
    written(write(cluster, owners.get(0), content(8, 150_000), AckLevel.ONE));
    cluster.pass(3000);
    written(cluster.delete(owners.get(0), KEY, AckLevel.ALL));
    int fetched = 0;
    for (int second = 0; second < 300; second++) {
      cluster.pass(1000);
      boolean isGone = owners.stream().allMatch(one -> cluster.versions(one, KEY).isEmpty());
      if (isGone) {
        fetched = cluster.chunkRequests().size();
        break;
      }
    }
    assertTrue(fetched > 0, "it is not reaped");
    cluster.pass(120_000);
    assertTrue(cluster.chunkRequests().size() > fetched, "the value had come before");
    for (String owner : owners) {
      assertEquals(List.of(), cluster.versions(owner, KEY).asList(), owner);
    }
  }

  @Test
  void shouldForgetAnUploadThatIsNeverFinished() {
    SimCluster cluster = new SimCluster(1);
    Answer.UploadBegun begun = begin(cluster, "n1");
    cluster.ask("n1", new Command.AppendUpload(begun.upload(), content(4, 100)));
    cluster.pass(60_000);
    Answer answer = cluster.ask("n1", new Command.FinishUpload(begun.upload()));
    assertInstanceOf(Answer.Refused.class, answer);
  }

  @Test
  void shouldUseAnUploadOnlyOnce() {
    SimCluster cluster = new SimCluster(1);
    Value value = upload(cluster, "n1", content(5, 9000));
    written(cluster.ask("n1", write(value, Optional.empty(), AckLevel.ONE)));
    assertInstanceOf(
        Answer.Refused.class, cluster.ask("n1", write(value, Optional.empty(), AckLevel.ONE)));
  }

  @Test
  void shouldFindAKeyWithOneCopyThroughEveryMember() {
    SimCluster cluster = new SimCluster(5);
    for (int i = 0; i < 40; i++) {
      String name = "single/" + i;
      written(
          cluster.ask(
              "n" + (1 + i % 5),
              new Command.Write(
                  Name.of(name),
                  Value.of("v" + i),
                  "",
                  Optional.of(new Mirrors(1)),
                  Optional.empty(),
                  0,
                  AckLevel.DEFAULT,
                  Condition.NONE)));
      for (String reader : List.of("n1", "n2", "n3", "n4", "n5")) {
        Answer answer = cluster.read(reader, name, AckLevel.DEFAULT);
        assertInstanceOf(Answer.Found.class, answer, name + " through " + reader);
      }
    }
  }

  private static void assertHeldByThirdAlone(SimCluster cluster, byte[] content) {
    cluster.kill("n1");
    cluster.kill("n2");
    cluster.pass(2000);
    Answer.Found found =
        assertInstanceOf(Answer.Found.class, cluster.read("n3", KEY, AckLevel.ONE));
    assertArrayEquals(content, chunks(cluster, "n3", found));
  }

  private static Answer.Written written(Answer answer) {
    return assertInstanceOf(Answer.Written.class, answer);
  }

  private static Answer write(SimCluster cluster, String member, byte[] content, AckLevel level) {
    Value value = upload(cluster, member, content);
    return cluster.ask(member, write(value, Optional.empty(), level));
  }

  private static Command.Write write(Value value, Optional<Mirrors> mirrors, AckLevel level) {
    return write(KEY, value, mirrors, level);
  }

  private static Command.Write write(
      String name, Value value, Optional<Mirrors> mirrors, AckLevel level) {
    return new Command.Write(
        Name.of(name), value, "", mirrors, Optional.empty(), 0, level, Condition.NONE);
  }

  private static Answer.UploadBegun begin(SimCluster cluster, String member) {
    return begin(cluster, member, KEY);
  }

  private static Answer.UploadBegun begin(SimCluster cluster, String member, String name) {
    return assertInstanceOf(
        Answer.UploadBegun.class, cluster.ask(member, new Command.BeginUpload(Name.of(name))));
  }

  private static Value upload(SimCluster cluster, String member, byte[] content) {
    return upload(cluster, member, KEY, content);
  }

  private static Value upload(SimCluster cluster, String member, String name, byte[] content) {
    Answer.UploadBegun begun = begin(cluster, member, name);
    for (int from = 0; from < content.length; from += CHUNK_BYTES) {
      int to = Math.min(content.length, from + CHUNK_BYTES);
      assertInstanceOf(
          Answer.UploadTaken.class,
          cluster.ask(
              member,
              new Command.AppendUpload(begun.upload(), Arrays.copyOfRange(content, from, to))));
    }
    Answer answer = cluster.ask(member, new Command.FinishUpload(begun.upload()));
    return assertInstanceOf(Answer.Uploaded.class, answer).value();
  }

  private static byte[] read(SimCluster cluster, String member) {
    Answer answer = cluster.read(member, KEY, AckLevel.DEFAULT);
    return chunks(cluster, member, assertInstanceOf(Answer.Found.class, answer));
  }

  private static byte[] chunks(SimCluster cluster, String member, Answer.Found found) {
    Answer.Sibling newest = found.siblings().get(0);
    Value.Blob blob = assertInstanceOf(Value.Blob.class, newest.value().orElseThrow());
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    while (content.size() < blob.sizeBytes()) {
      Answer answer =
          cluster.ask(
              member, new Command.ReadChunk(blob, newest.holders(), content.size(), CHUNK_BYTES));
      byte[] bytes = assertInstanceOf(Answer.Chunk.class, answer).bytes();
      assertTrue(bytes.length > 0);
      content.writeBytes(bytes);
    }
    return content.toByteArray();
  }

  private static byte[] content(int seed, int size) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}
