package io.volute.http;

import io.volute.causal.CausalContext;
import io.volute.causal.Dot;
import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.command.CommandGate;
import io.volute.command.Condition;
import io.volute.identity.Actor;
import io.volute.identity.HostPort;
import io.volute.identity.NodeId;
import io.volute.identity.Role;
import io.volute.record.BlobId;
import io.volute.record.Mirrors;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/**
 * A node of one member that keeps everything in memory and answers from a thread of its own, as the
 * real one does. Commands can be watched and answers replaced.
 */
final class MemoryNode implements CommandGate, AutoCloseable {
  private static final NodeId NODE = new NodeId("node-a");
  private static final Actor ACTOR = new Actor(NODE, 7);

  private final ExecutorService thread = Executors.newSingleThreadExecutor();
  private final TreeMap<Name, VersionSet> keys = new TreeMap<>();
  private final Map<Dot, Value> values = new HashMap<>();
  private final Map<BlobId, ByteArrayOutputStream> blobs = new ConcurrentHashMap<>();
  private final Set<BlobId> finished = new HashSet<>();
  private long counter;
  volatile Command last;
  volatile Answer instead;
  volatile long delayMillis;
  volatile int refuseListingsAfterPages = Integer.MAX_VALUE;

  @Override
  public void submit(Command command, Consumer<Answer> answer) {
    thread.execute(
        () -> {
          last = command;
          sleep(delayMillis);
          Answer replacement = instead;
          answer.accept(replacement != null ? replacement : answer(command));
        });
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The bytes of a value, wherever they are. */
  byte[] bytes(Value value) {
    return value instanceof Value.Blob blob ? blobs.get(blob.id()).toByteArray() : value.bytes();
  }

  /** Large values that were begun and are still there. */
  int blobs() {
    return blobs.size();
  }

  private Answer upload(Command.Upload command) {
    if (command instanceof Command.BeginUpload) {
      BlobId id = new BlobId(7, ++counter);
      blobs.put(id, new ByteArrayOutputStream());
      return new Answer.UploadBegun(id);
    }
    if (command instanceof Command.AppendUpload append) {
      blobs.get(append.upload()).writeBytes(append.bytes());
      return new Answer.UploadTaken();
    }
    if (command instanceof Command.FinishUpload finish) {
      finished.add(finish.upload());
      return new Answer.Uploaded(
          new Value.Blob(finish.upload(), blobs.get(finish.upload()).size(), 0));
    }
    BlobId abandoned = ((Command.AbandonUpload) command).upload();
    if (!finished.contains(abandoned)) {
      blobs.remove(abandoned);
    }
    return new Answer.UploadTaken();
  }

  private Answer readChunk(Command.ReadChunk read) {
    ByteArrayOutputStream content = blobs.get(read.blob().id());
    if (content == null) {
      return Answer.Refused.notApplied(Answer.Reason.UNAVAILABLE, "nobody has the value");
    }
    int from = (int) read.offset();
    int to = Math.min(content.size(), from + read.sizeBytes());
    return new Answer.Chunk(Arrays.copyOfRange(content.toByteArray(), from, to));
  }

  private Answer answer(Command command) {
    if (command instanceof Command.Upload upload) {
      return upload(upload);
    }
    if (command instanceof Command.ReadChunk read) {
      return readChunk(read);
    }
    if (command instanceof Command.Change change) {
      return change(change);
    }
    if (command instanceof Command.Read read) {
      return read(read);
    }
    if (command instanceof Command.ListKeys list) {
      return list(list);
    }
    if (command instanceof Command.Explain explain) {
      return explain(explain.name());
    }
    if (command instanceof Command.Repair repair) {
      Optional<Command.RepairPlace> next =
          repair.from().isPresent()
              ? Optional.empty()
              : Optional.of(new Command.RepairPlace(NODE, Optional.empty(), true));
      return new Answer.RepairStep(2, 1, 1, 1, 0, false, next);
    }
    if (command instanceof Command.NextChanges) {
      return Answer.Refused.notApplied(Answer.Reason.OVERLOADED, "nothing can be watched here");
    }
    if (command instanceof Command.DescribeStatus) {
      return new Answer.Status(
          NODE,
          7,
          Answer.Phase.RUNNING,
          1234,
          1,
          1,
          keys.size(),
          0,
          0,
          0,
          OptionalLong.of(0),
          Answer.Moving.NOTHING,
          List.of());
    }
    if (command instanceof Command.DescribeMembership) {
      return new Answer.Membership(
          List.of(
              new Answer.MemberLine(
                  NODE,
                  new HostPort("127.0.0.1", 1593),
                  Answer.MemberState.ALIVE,
                  Optional.of("z1"),
                  1,
                  7,
                  Role.MEMBER)));
    }
    return new Answer.Ring(
        ((Command.DescribeRing) command).name(),
        List.of(new Answer.RingLine(NODE, 1.0, Optional.empty(), 1)));
  }

  private Answer change(Command.Change change) {
    VersionSet before = keys.getOrDefault(change.name(), VersionSet.EMPTY);
    if (!holds(change.condition(), before)) {
      return Answer.Refused.notApplied(Answer.Reason.PRECONDITION, "the key is another one");
    }
    Dot dot = new Dot(ACTOR, ++counter);
    CausalContext replaces = before.contextFor(change.replaces().orElse(before.context()));
    Value value = change instanceof Command.Write write ? write.value() : Value.EMPTY;
    boolean isWrite = change instanceof Command.Write;
    Version version =
        new Version(
            dot,
            replaces,
            isWrite ? Version.Kind.VALUE : Version.Kind.TOMBSTONE,
            new Mirrors(3),
            counter,
            Version.NEVER,
            change instanceof Command.Write write ? write.contentType() : "",
            value.sizeBytes());
    values.put(dot, value);
    VersionSet after = before.with(version);
    keys.put(change.name(), after);
    return new Answer.Written(after.context(), after.visibleAt(counter).size(), 1, 1);
  }

  private Answer explain(Name name) {
    VersionSet set = keys.getOrDefault(name, VersionSet.EMPTY);
    Answer.CopyLine own =
        new Answer.CopyLine(
            NODE,
            true,
            Answer.MemberState.ALIVE,
            Optional.of(set.asList()),
            false,
            OptionalLong.empty(),
            OptionalLong.empty());
    Answer.CopyLine other =
        new Answer.CopyLine(
            new NodeId("node-b"),
            true,
            Answer.MemberState.DEAD,
            Optional.empty(),
            true,
            OptionalLong.of(1500),
            OptionalLong.of(2500));
    return new Answer.Explained(name, new Mirrors(3), set.context(), List.of(own, other));
  }

  private boolean holds(Condition condition, VersionSet set) {
    boolean exists = !set.visibleAt(counter).isEmpty();
    if (condition instanceof Condition.Matches matches) {
      return exists && matches.versions().contains(set.context());
    }
    return condition instanceof Condition.Exists
        ? exists
        : !(condition instanceof Condition.Absent) || !exists;
  }

  private Answer read(Command.Read read) {
    VersionSet set = keys.getOrDefault(read.name(), VersionSet.EMPTY);
    List<Version> visible = set.visibleAt(counter);
    if (visible.isEmpty()) {
      return new Answer.NotFound(set.context(), 1, 1);
    }
    List<Answer.Sibling> siblings = new ArrayList<>();
    for (Version version : visible) {
      boolean wanted =
          read.values() == Command.Values.ALL
              || read.values() == Command.Values.NEWEST && siblings.isEmpty();
      siblings.add(
          new Answer.Sibling(
              version, wanted ? Optional.of(values.get(version.dot())) : Optional.empty()));
    }
    return new Answer.Found(siblings, set, 1, 1);
  }

  private Answer list(Command.ListKeys list) {
    int left = refuseListingsAfterPages;
    refuseListingsAfterPages = left - 1;
    if (left <= 0) {
      return Answer.Refused.notApplied(Answer.Reason.STORE_FAILED, "can't read");
    }
    List<Answer.KeyLine> lines = new ArrayList<>();
    Map<Name, VersionSet> from =
        list.after().isPresent() ? keys.tailMap(list.after().get(), false) : keys;
    for (Map.Entry<Name, VersionSet> entry : from.entrySet()) {
      if (lines.size() == list.limit()) {
        Name lastName = lines.get(lines.size() - 1).name();
        return new Answer.KeyPage(lines, Optional.of(lastName));
      }
      List<Version> shown =
          list.tombstones() ? entry.getValue().asList() : entry.getValue().visibleAt(counter);
      if (entry.getKey().startsWith(list.prefix()) && !shown.isEmpty()) {
        lines.add(new Answer.KeyLine(entry.getKey(), shown));
      }
    }
    return new Answer.KeyPage(lines, Optional.empty());
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
