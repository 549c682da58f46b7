package io.volute.resp;

import static io.volute.resp.CommandSpec.ANY;

import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.command.Condition;
import io.volute.record.Name;
import io.volute.resp.CommandSpec.Access;
import io.volute.resp.CommandSpec.Keys;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The commands about what a key holds. */
final class ValueCommands {
  private static final String SIBLINGS = "Of siblings the newest is shown.";
  private static final String REWRITES =
      "Not one step: the key is read, then changed if it is still as it was read, and again up to"
          + " 16 times; then `TRYAGAIN`.";

  private ValueCommands() {}

  static List<CommandSpec> specs() {
    return List.of(
        new CommandSpec(
            "GET",
            "key",
            2,
            2,
            Keys.FIRST,
            Access.READ,
            "the value of a key",
            SIBLINGS,
            ValueCommands::get),
        new CommandSpec(
            "SET",
            "key value [NX | XX] [GET] [EX seconds | PX milliseconds | EXAT unix-seconds |"
                + " PXAT unix-milliseconds | KEEPTTL]",
            3,
            ANY,
            Keys.FIRST,
            Access.WRITE,
            "sets a key",
            "Replaces what the coordinator sees, all siblings included. Of those without options"
                + " that a connection has waiting for one key, the last is carried out and answers"
                + " for all. `NX` and `XX` look at a quorum. With `GET` or `KEEPTTL`: "
                + REWRITES,
            SetCommand::run),
        new CommandSpec(
            "SETNX",
            "key value",
            3,
            3,
            Keys.FIRST,
            Access.WRITE,
            "sets a key that has no value",
            "As `SET` with `NX`.",
            ValueCommands::setIfAbsent),
        new CommandSpec(
            "SETEX",
            "key seconds value",
            4,
            4,
            Keys.FIRST,
            Access.WRITE,
            "sets a key that expires",
            "As `SET` with `EX`.",
            ValueCommands::setExpiring),
        new CommandSpec(
            "GETDEL",
            "key",
            2,
            2,
            Keys.FIRST,
            Access.WRITE,
            "the value of a key, which is deleted",
            REWRITES,
            ValueCommands::getAndDelete),
        new CommandSpec(
            "GETEX",
            "key [EX seconds | PX milliseconds | EXAT unix-seconds | PXAT unix-milliseconds |"
                + " PERSIST]",
            2,
            4,
            Keys.FIRST,
            Access.WRITE,
            "the value of a key, with another expiry",
            "With an option the value is written anew, and siblings are replaced by the newest. "
                + REWRITES,
            ValueCommands::getAndExpire),
        new CommandSpec(
            "STRLEN",
            "key",
            2,
            2,
            Keys.FIRST,
            Access.READ,
            "the length of a value in bytes",
            SIBLINGS,
            ValueCommands::length),
        new CommandSpec(
            "MGET",
            "key [key ...]",
            2,
            ANY,
            Keys.ALL,
            Access.READ,
            "the values of some keys",
            "Not one step: each key is read for itself. " + SIBLINGS,
            ValueCommands::getMany),
        new CommandSpec(
            "MSET",
            "key value [key value ...]",
            3,
            ANY,
            Keys.PAIRS,
            Access.WRITE,
            "sets some keys",
            "Not one step: each key is set for itself, and an error says how many are.",
            ValueCommands::setMany));
  }

  private static void get(Call call) {
    call.ask(
        Writes.read(call.name(), Command.Values.NEWEST), answer -> call.reply(valueIn(answer)));
  }

  static Reply valueIn(Answer answer) {
    return answer instanceof Answer.Found found
        ? new Reply.Bulk(found.siblings().get(0).value().orElseThrow().bytes())
        : Reply.NIL;
  }

  private static void setIfAbsent(Call call) {
    Command.Change change = Writes.set(call.name(), call.bytes(2), Expiry.NEVER, Condition.ABSENT);
    call.askForAny(
        change, answer -> call.reply(SetCommand.outcome(answer, change, Reply.ONE, Reply.ZERO)));
  }

  private static void setExpiring(Call call) throws RequestRefused {
    long timeToLive = Expiry.after(call, "EX", 2);
    call.ask(
        Writes.set(call.name(), call.bytes(3), timeToLive, Condition.NONE),
        answer -> call.reply(Reply.OK));
  }

  private static void getAndDelete(Call call) {
    Rewrite.begin(
        call,
        Command.Values.NEWEST,
        found ->
            found
                .map(
                    seen ->
                        Rewrite.Decision.change(Writes.remove(call.name(), seen), valueIn(seen)))
                .orElse(Rewrite.Decision.leave(Reply.NIL)));
  }

  private static void getAndExpire(Call call) throws RequestRefused {
    if (call.size() == 2) {
      get(call);
      return;
    }
    String option = call.word(2);
    long timeToLive;
    if (option.equals("PERSIST") && call.size() == 3) {
      timeToLive = Expiry.NEVER;
    } else if (List.of("EX", "PX", "EXAT", "PXAT").contains(option) && call.size() == 4) {
      timeToLive = Expiry.after(call, option, 3);
    } else {
      throw RequestRefused.syntax();
    }
    Rewrite.begin(
        call,
        Command.Values.NEWEST,
        found ->
            found
                .map(seen -> KeyCommands.expireAfter(call, seen, timeToLive, valueIn(seen)))
                .orElse(Rewrite.Decision.leave(Reply.NIL)));
  }

  private static void length(Call call) {
    call.ask(
        Writes.read(call.name(), Command.Values.NONE),
        answer ->
            call.reply(
                answer instanceof Answer.Found found
                    ? Reply.integer(found.siblings().get(0).version().sizeBytes())
                    : Reply.ZERO));
  }

  private static void getMany(Call call) {
    List<Name> names = call.names();
    Reply[] values = new Reply[names.size()];
    FanOut.begin(
        call,
        values.length,
        index -> Writes.read(names.get(index), Command.Values.NEWEST),
        (index, answer) -> {
          if (answer instanceof Answer.Refused) {
            return false;
          }
          values[index] = valueIn(answer);
          return true;
        },
        () -> new Reply.Array(Arrays.asList(values)));
  }

  private static void setMany(Call call) throws RequestRefused {
    if (call.size() % 2 == 0) {
      throw CommandTable.wrongCount(call.spec());
    }
    // Of a key that is named twice the last value counts, and only one may be under way.
    Map<Name, byte[]> values = new LinkedHashMap<>();
    for (int i = 0; i < call.names().size(); i++) {
      values.put(call.names().get(i), call.bytes(2 * i + 2));
    }
    List<Map.Entry<Name, byte[]>> entries = List.copyOf(values.entrySet());
    FanOut.begin(
        call,
        entries.size(),
        index ->
            Writes.set(
                entries.get(index).getKey(),
                entries.get(index).getValue(),
                Expiry.NEVER,
                Condition.NONE),
        (index, answer) -> answer instanceof Answer.Written,
        () -> Reply.OK);
  }

  /** What was there before, for {@code GET}. */
  static Reply valueBefore(Optional<Answer.Found> found) {
    return found.map(ValueCommands::valueIn).orElse(Reply.NIL);
  }
}
