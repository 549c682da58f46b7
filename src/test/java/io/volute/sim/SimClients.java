package io.volute.sim;

import io.volute.causal.CausalContext;
import io.volute.command.AckLevel;
import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.command.Condition;
import io.volute.record.BlobId;
import io.volute.record.Mirrors;
import io.volute.record.Name;
import io.volute.record.Value;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Clients that read, write and delete a few keys through whichever member is up. */
final class SimClients {
  private final SimDice dice;
  private final Oracle oracle;
  private final List<Name> names;
  private final int leastMirrors;
  private final Map<Name, CausalContext> lastSeen = new TreeMap<>();
  private int writes;
  private int asked;
  private int answered;

  /**
   * @param leastMirrors of keys that are no clones'
   */
  SimClients(SimDice dice, Oracle oracle, int keys, int leastMirrors) {
    this.leastMirrors = leastMirrors;
    this.dice = dice;
    this.oracle = oracle;
    this.names =
        java.util.stream.IntStream.range(0, keys).mapToObj(i -> Name.of("key/" + i)).toList();
  }

  void act(SimNode node) {
    Name name = names.get(dice.nextBelow(names.size()));
    switch (dice.nextBelow(10)) {
      case 0, 1, 2 -> read(node, name);
      case 3 -> delete(node, name);
      default -> write(node, name);
    }
  }

  private void read(SimNode node, Name name) {
    boolean withContext = dice.chance(0.2) && lastSeen.containsKey(name);
    Optional<CausalContext> atLeast =
        withContext ? Optional.of(lastSeen.get(name)) : Optional.empty();
    asked++;
    node.command(
        new Command.Read(name, atLeast, level(), Command.Values.ALL),
        answer -> {
          answered++;
          if (answer instanceof Answer.Found found) {
            lastSeen.put(name, found.version());
            Oracle.check(
                atLeast.isEmpty() || oracle.isPast(name, atLeast.get(), found.version()),
                () -> name + ": an answer older than was asked for");
          }
        });
  }

  private void delete(SimNode node, Name name) {
    asked++;
    node.command(
        new Command.Delete(name, Optional.empty(), AckLevel.DEFAULT, Condition.NONE),
        answer -> answered++);
  }

  private void write(SimNode node, Name name) {
    if (dice.chance(0.15)) {
      upload(node, content -> write(node, name, content), name);
    } else {
      write(node, name, Value.of("write " + writes++));
    }
  }

  /** A large value, in pieces, of which the last may never come. */
  private void upload(SimNode node, Consumer<Value> whenThere, Name name) {
    byte[] text = ("large write " + writes++ + " ").getBytes(StandardCharsets.UTF_8);
    byte[] content = new byte[9000 + dice.nextBelow(6000)];
    for (int i = 0; i < content.length; i++) {
      content[i] = text[i % text.length];
    }
    node.command(
        new Command.BeginUpload(name),
        begun -> {
          if (begun instanceof Answer.UploadBegun upload) {
            send(node, upload.upload(), content, 0, whenThere);
          }
        });
  }

  private void send(
      SimNode node, BlobId upload, byte[] content, int from, Consumer<Value> whenThere) {
    if (from == content.length) {
      node.command(
          new Command.FinishUpload(upload),
          answer -> {
            if (answer instanceof Answer.Uploaded uploaded) {
              whenThere.accept(uploaded.value());
            }
          });
    } else if (!dice.chance(0.02)) {
      int to = Math.min(content.length, from + 1 + dice.nextBelow(5000));
      node.command(
          new Command.AppendUpload(upload, Arrays.copyOfRange(content, from, to)),
          answer -> {
            if (answer instanceof Answer.UploadTaken) {
              send(node, upload, content, to, whenThere);
            }
          });
    }
  }

  private void write(SimNode node, Name name, Value value) {
    Optional<CausalContext> context = Optional.empty();
    // Old contexts make siblings; so many of them that the limit is met now and then.
    if (dice.chance(0.4) && lastSeen.containsKey(name)) {
      context = Optional.of(lastSeen.get(name));
      oracle.onAsk(name, value, context.get());
    }
    AckLevel level = level();
    long liveMillis = dice.chance(0.08) ? dice.between(1, 20_000) : 0;
    Condition condition = context.isEmpty() && dice.chance(0.1) ? Condition.ABSENT : Condition.NONE;
    Optional<Mirrors> mirrors = dice.chance(0.1) ? Optional.of(mirrors()) : Optional.empty();
    asked++;
    node.command(
        new Command.Write(name, value, "", mirrors, context, liveMillis, level, condition),
        answer -> {
          answered++;
          if (answer instanceof Answer.Written written) {
            if (dice.chance(0.3)) {
              lastSeen.put(name, written.version());
            }
            // One copy may be on a disk that is lost for good.
            if (written.acks() >= 2) {
              oracle.onAcknowledged(name, value, written.version());
            }
          }
        });
  }

  private Mirrors mirrors() {
    int count = dice.nextBelow(5);
    return new Mirrors(count == 0 ? 0 : Math.max(leastMirrors, count));
  }

  private AckLevel level() {
    return switch (dice.nextBelow(8)) {
      case 0 -> AckLevel.ONE;
      case 1 -> AckLevel.ALL;
      case 2 -> AckLevel.QUORUM;
      case 3 -> AckLevel.LOCAL_QUORUM;
      case 4 -> AckLevel.EACH_ZONE;
      default -> AckLevel.DEFAULT;
    };
  }

  int asked() {
    return asked;
  }

  int answered() {
    return answered;
  }
}
