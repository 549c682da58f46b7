package io.volute.resp;

import io.volute.command.AckLevel;
import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.command.Condition;
import io.volute.record.Name;
import io.volute.record.Value;
import java.util.List;
import java.util.Optional;

/**
 * The commands to the node that calls are made of, with what RESP can't say left to its default.
 */
final class Writes {
  private Writes() {}

  static Command.Read read(Name name, Command.Values values) {
    return new Command.Read(name, Optional.empty(), AckLevel.DEFAULT, values);
  }

  /**
   * Sets a key, whatever it holds; a time that has passed deletes it.
   *
   * @param timeToLiveMillis as in {@link Expiry}
   */
  static Command.Change set(Name name, byte[] value, long timeToLiveMillis, Condition condition) {
    if (timeToLiveMillis == Expiry.PASSED) {
      return new Command.Delete(name, Optional.empty(), AckLevel.DEFAULT, condition);
    }
    return new Command.Write(
        name,
        Value.of(value),
        "",
        Optional.empty(),
        Optional.empty(),
        timeToLiveMillis,
        AckLevel.DEFAULT,
        condition);
  }

  /** Sets a key that holds just what was read. */
  static Command.Change replace(
      Name name, Answer.Found seen, Value value, String contentType, long timeToLiveMillis) {
    if (timeToLiveMillis == Expiry.PASSED) {
      return remove(name, seen);
    }
    return new Command.Write(
        name,
        value,
        contentType,
        Optional.empty(),
        Optional.of(seen.version()),
        timeToLiveMillis,
        AckLevel.DEFAULT,
        stillAs(seen));
  }

  /** Deletes a key that holds just what was read. */
  static Command.Change remove(Name name, Answer.Found seen) {
    return new Command.Delete(name, Optional.of(seen.version()), AckLevel.DEFAULT, stillAs(seen));
  }

  /** Deletes a key that holds anything. */
  static Command.Change delete(Name name) {
    return new Command.Delete(name, Optional.empty(), AckLevel.DEFAULT, Condition.EXISTS);
  }

  private static Condition stillAs(Answer.Found seen) {
    return new Condition.Matches(List.of(seen.version()));
  }
}
