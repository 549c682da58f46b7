package io.volute.codec;

import io.volute.causal.CausalContext;
import io.volute.codec.Numbers.ChangeKind;
import io.volute.codec.Numbers.ConditionKind;
import io.volute.command.AckLevel;
import io.volute.command.Command;
import io.volute.command.Condition;
import io.volute.record.Mirrors;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.Version;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Commands that change a key: {@code [1, name, value, content type, mirrors or nil, replaces or
 * nil, time to live, level, condition]} for a write, {@code [2, name, replaces or nil, level,
 * condition]} for a delete. A level is {@code [kind, count]}; a condition {@code [kind]}, with the
 * list of contexts behind it where it is a {@code Matches}.
 */
final class ChangeForm {
  private static final int WRITE_FIELDS = 9;
  private static final int DELETE_FIELDS = 5;
  private static final int LEVEL_FIELDS = 2;
  private static final int CONDITION_FIELDS = 1;
  private static final int MATCHES_FIELDS = 2;

  /** A bin header and the number of actors. */
  private static final int MIN_CONTEXT_BYTES = 3;

  private ChangeForm() {}

  static void write(Command.Change change, FieldWriter out) throws IOException {
    if (change instanceof Command.Write write) {
      out.array(WRITE_FIELDS);
      out.constant(Numbers.CHANGES, ChangeKind.WRITE);
      out.name(write.name());
      out.value(write.value());
      out.printable(write.contentType(), Version.MAX_CONTENT_TYPE_LENGTH);
      writeMirrors(write.mirrors(), out);
      writeReplaces(write.replaces(), out);
      out.number(write.timeToLiveMillis(), 0, Long.MAX_VALUE);
    } else {
      out.array(DELETE_FIELDS);
      out.constant(Numbers.CHANGES, ChangeKind.DELETE);
      out.name(change.name());
      writeReplaces(change.replaces(), out);
    }
    writeLevel(change.level(), out);
    writeCondition(change.condition(), out);
  }

  static Command.Change read(FieldReader in) throws IOException, MalformedMessageException {
    int fields = in.anyArray();
    ChangeKind kind = in.constant(Numbers.CHANGES);
    int expected = kind == ChangeKind.WRITE ? WRITE_FIELDS : DELETE_FIELDS;
    FieldReader.check(fields == expected, "a change has a wrong number of fields");
    return switch (kind) {
      case WRITE -> readWrite(in);
      case DELETE ->
          new Command.Delete(in.name(), readReplaces(in), readLevel(in), readCondition(in));
    };
  }

  private static Command.Write readWrite(FieldReader in)
      throws IOException, MalformedMessageException {
    Name name = in.name();
    Value value = in.value();
    String contentType = in.printable(Version.MAX_CONTENT_TYPE_LENGTH);
    Optional<Mirrors> mirrors = in.skipNil() ? Optional.empty() : Optional.of(in.mirrors());
    Optional<CausalContext> replaces = readReplaces(in);
    long timeToLiveMillis = in.number(0, Long.MAX_VALUE);
    AckLevel level = readLevel(in);
    Condition condition = readCondition(in);
    return new Command.Write(
        name, value, contentType, mirrors, replaces, timeToLiveMillis, level, condition);
  }

  private static void writeMirrors(Optional<Mirrors> mirrors, FieldWriter out) throws IOException {
    if (mirrors.isPresent()) {
      out.mirrors(mirrors.get());
    } else {
      out.nil();
    }
  }

  private static void writeReplaces(Optional<CausalContext> replaces, FieldWriter out)
      throws IOException {
    if (replaces.isPresent()) {
      out.context(replaces.get());
    } else {
      out.nil();
    }
  }

  private static Optional<CausalContext> readReplaces(FieldReader in)
      throws IOException, MalformedMessageException {
    return in.skipNil() ? Optional.empty() : Optional.of(in.context());
  }

  private static void writeLevel(AckLevel level, FieldWriter out) throws IOException {
    out.array(LEVEL_FIELDS);
    out.constant(Numbers.LEVELS, level.kind());
    out.number(level.count(), 0, Mirrors.MAX_COUNT);
  }

  private static AckLevel readLevel(FieldReader in) throws IOException, MalformedMessageException {
    in.array(LEVEL_FIELDS);
    AckLevel.Kind kind = in.constant(Numbers.LEVELS);
    boolean isCount = kind == AckLevel.Kind.COUNT;
    return new AckLevel(kind, (int) in.number(isCount ? 1 : 0, isCount ? Mirrors.MAX_COUNT : 0));
  }

  private static void writeCondition(Condition condition, FieldWriter out) throws IOException {
    ConditionKind kind = kindOf(condition);
    out.array(kind == ConditionKind.MATCHES ? MATCHES_FIELDS : CONDITION_FIELDS);
    out.constant(Numbers.CONDITIONS, kind);
    if (condition instanceof Condition.Matches matches) {
      out.list(matches.versions().size(), WireLimits.MAX_MATCHES);
      for (CausalContext version : matches.versions()) {
        out.context(version);
      }
    }
  }

  private static ConditionKind kindOf(Condition condition) {
    if (condition instanceof Condition.None) {
      return ConditionKind.NONE;
    }
    if (condition instanceof Condition.Exists) {
      return ConditionKind.EXISTS;
    }
    return condition instanceof Condition.Absent ? ConditionKind.ABSENT : ConditionKind.MATCHES;
  }

  private static Condition readCondition(FieldReader in)
      throws IOException, MalformedMessageException {
    int fields = in.anyArray();
    ConditionKind kind = in.constant(Numbers.CONDITIONS);
    int expected = kind == ConditionKind.MATCHES ? MATCHES_FIELDS : CONDITION_FIELDS;
    FieldReader.check(fields == expected, "a condition has a wrong number of fields");
    return switch (kind) {
      case NONE -> Condition.NONE;
      case EXISTS -> Condition.EXISTS;
      case ABSENT -> Condition.ABSENT;
      case MATCHES -> readMatches(in);
    };
  }

  private static Condition.Matches readMatches(FieldReader in)
      throws IOException, MalformedMessageException {
    int size = in.list(WireLimits.MAX_MATCHES, MIN_CONTEXT_BYTES);
    List<CausalContext> versions = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      versions.add(in.context());
    }
    return new Condition.Matches(List.copyOf(versions));
  }
}
