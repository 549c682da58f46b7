package io.volute.resp;

import io.volute.causal.CausalContext;
import io.volute.causal.Dot;
import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.command.CommandGate;
import io.volute.command.Condition;
import io.volute.identity.Actor;
import io.volute.identity.NodeId;
import io.volute.record.Mirrors;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A node of one member that keeps everything in memory, with expiry by the real clock, and answers
 * from a thread of its own, as the real one does. Commands can be watched and answers replaced.
 */
final class KeyMap implements CommandGate, AutoCloseable {
  private static final NodeId NODE = new NodeId("node-a");
  private static final Actor ACTOR = new Actor(NODE, 7);

  private final ExecutorService thread = Executors.newSingleThreadExecutor();
  private final TreeMap<Name, VersionSet> keys = new TreeMap<>();
  private final Map<Dot, Value> values = new HashMap<>();
  private long counter;

  /** Looks at each command before it is carried out, on the node's thread; may answer itself. */
  volatile Function<Command, Optional<Answer>> before = command -> Optional.empty();

  @Override
  public void submit(Command command, Consumer<Answer> answer) {
    thread.execute(() -> answer.accept(before.apply(command).orElseGet(() -> carryOut(command))));
  }

  /** On the node's thread only. */
  Answer carryOut(Command command) {
    if (command instanceof Command.Change change) {
      return change(change);
    } else if (command instanceof Command.Read read) {
      return read(read);
    } else if (command instanceof Command.ListKeys list) {
      return list(list);
    }
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

  private Answer change(Command.Change change) {
    long now = System.currentTimeMillis();
    VersionSet held = keys.getOrDefault(change.name(), VersionSet.EMPTY);
    if (!holds(change.condition(), held, now)) {
      return Answer.Refused.notApplied(Answer.Reason.PRECONDITION, "the key is another one");
    }
    Dot dot = new Dot(ACTOR, ++counter);
    CausalContext replaces = held.contextFor(change.replaces().orElse(held.context()));
    Command.Write write = change instanceof Command.Write one ? one : null;
    long timeToLive = write == null ? 0 : write.timeToLiveMillis();
    Version version =
        new Version(
            dot,
            replaces,
            write == null ? Version.Kind.TOMBSTONE : Version.Kind.VALUE,
            new Mirrors(3),
            now,
            timeToLive == 0 ? Version.NEVER : now + timeToLive,
            write == null ? "" : write.contentType(),
            write == null ? 0 : write.value().sizeBytes());
    values.put(dot, write == null ? Value.EMPTY : write.value());
    VersionSet after = held.with(version);
    keys.put(change.name(), after);
    return new Answer.Written(after.context(), after.visibleAt(now).size(), 1, 1);
  }

  private static boolean holds(Condition condition, VersionSet set, long now) {
    boolean exists = !set.visibleAt(now).isEmpty();
    if (condition instanceof Condition.Matches matches) {
      return exists && matches.versions().contains(set.context());
    }
    return condition instanceof Condition.Exists
        ? exists
        : !(condition instanceof Condition.Absent) || !exists;
  }

  private Answer read(Command.Read read) {
    VersionSet set = keys.getOrDefault(read.name(), VersionSet.EMPTY);
    List<Version> visible = set.visibleAt(System.currentTimeMillis());
    if (visible.isEmpty()) {
      return new Answer.NotFound(set.context(), 1, 1);
    }
    List<Answer.Sibling> siblings = new ArrayList<>();
    for (Version version : visible) {
      boolean wanted = read.values() == Command.Values.NEWEST && siblings.isEmpty();
      siblings.add(
          new Answer.Sibling(
              version, wanted ? Optional.of(values.get(version.dot())) : Optional.empty()));
    }
    return new Answer.Found(siblings, set, 1, 1);
  }

  private Answer list(Command.ListKeys list) {
    List<Answer.KeyLine> lines = new ArrayList<>();
    Map<Name, VersionSet> from =
        list.after().isPresent() ? keys.tailMap(list.after().get(), false) : keys;
    for (Map.Entry<Name, VersionSet> entry : from.entrySet()) {
      if (lines.size() == list.limit()) {
        return new Answer.KeyPage(lines, Optional.of(lines.get(lines.size() - 1).name()));
      }
      List<Version> shown = entry.getValue().visibleAt(System.currentTimeMillis());
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
