package io.volute.resp;

import static io.volute.resp.CommandSpec.ANY;

import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.record.Name;
import io.volute.record.Version;
import io.volute.resp.CommandSpec.Access;
import io.volute.resp.CommandSpec.Keys;
import java.util.LinkedHashSet;
import java.util.List;

/** The commands about keys as such: whether they are there, and for how long. */
final class KeyCommands {
  private static final String EACH = "Not one step: each key is looked at for itself.";
  private static final String REWRITES =
      "The value is written anew, and siblings are replaced by the newest. Not one step: the key is"
          + " read, then changed if it is still as it was read, and again up to 16 times; then"
          + " `TRYAGAIN`.";

  private KeyCommands() {}

  static List<CommandSpec> specs() {
    return List.of(
        new CommandSpec(
            "DEL",
            "key [key ...]",
            2,
            ANY,
            Keys.ALL,
            Access.WRITE,
            "deletes keys and counts those that had a value",
            "Not one step: each key is deleted for itself, where a quorum sees a value.",
            KeyCommands::delete),
        new CommandSpec(
            "UNLINK",
            "key [key ...]",
            2,
            ANY,
            Keys.ALL,
            Access.WRITE,
            "deletes keys and counts those that had a value",
            "The same as `DEL`.",
            KeyCommands::delete),
        new CommandSpec(
            "EXISTS",
            "key [key ...]",
            2,
            ANY,
            Keys.ALL,
            Access.READ,
            "counts keys that have a value, as often as they are named",
            EACH,
            KeyCommands::exist),
        new CommandSpec(
            "TTL",
            "key",
            2,
            2,
            Keys.FIRST,
            Access.READ,
            "seconds until a key expires; -1 for never, -2 without a value",
            "By the clock of the member that is asked.",
            call -> timeLeft(call, 1000)),
        new CommandSpec(
            "PTTL",
            "key",
            2,
            2,
            Keys.FIRST,
            Access.READ,
            "the same in milliseconds",
            "By the clock of the member that is asked.",
            call -> timeLeft(call, 1)),
        new CommandSpec(
            "EXPIRE",
            "key seconds",
            3,
            3,
            Keys.FIRST,
            Access.WRITE,
            "lets a key expire; 1 if it has a value",
            "`NX`, `XX`, `GT` and `LT` are errors. " + REWRITES,
            call -> expire(call, true)),
        new CommandSpec(
            "PEXPIRE",
            "key milliseconds",
            3,
            3,
            Keys.FIRST,
            Access.WRITE,
            "lets a key expire; 1 if it has a value",
            "`NX`, `XX`, `GT` and `LT` are errors. " + REWRITES,
            call -> expire(call, false)),
        new CommandSpec(
            "PERSIST",
            "key",
            2,
            2,
            Keys.FIRST,
            Access.WRITE,
            "takes a key's expiry away; 1 if it had one",
            REWRITES,
            KeyCommands::persist));
  }

  private static void delete(Call call) {
    List<Name> names = List.copyOf(new LinkedHashSet<>(call.names()));
    int[] deleted = {0};
    FanOut.begin(
        call,
        names.size(),
        index -> Writes.delete(names.get(index)),
        (index, answer) -> {
          if (answer instanceof Answer.Written) {
            deleted[0]++;
            return true;
          }
          return ((Answer.Refused) answer).reason() == Answer.Reason.PRECONDITION;
        },
        () -> Reply.integer(deleted[0]));
  }

  private static void exist(Call call) {
    int[] there = {0};
    FanOut.begin(
        call,
        call.names().size(),
        index -> Writes.read(call.names().get(index), Command.Values.NONE),
        (index, answer) -> {
          there[0] += answer instanceof Answer.Found ? 1 : 0;
          return !(answer instanceof Answer.Refused);
        },
        () -> Reply.integer(there[0]));
  }

  private static void timeLeft(Call call, long unitMillis) {
    call.ask(
        Writes.read(call.name(), Command.Values.NONE),
        answer -> call.reply(timeLeftIn(answer, unitMillis)));
  }

  private static Reply timeLeftIn(Answer answer, long unitMillis) {
    if (!(answer instanceof Answer.Found found)) {
      return Reply.integer(-2);
    }
    long left = Expiry.leftOf(found.siblings().get(0).version());
    if (left == Expiry.NEVER) {
      return Reply.integer(-1);
    }
    return Reply.integer(left == Expiry.PASSED ? -2 : (left + unitMillis / 2) / unitMillis);
  }

  private static void expire(Call call, boolean seconds) throws RequestRefused {
    long timeToLive = Expiry.fromNow(call, 2, seconds);
    Rewrite.begin(
        call,
        Command.Values.NEWEST,
        found ->
            found
                .map(seen -> expireAfter(call, seen, timeToLive, Reply.ONE))
                .orElse(Rewrite.Decision.leave(Reply.ZERO)));
  }

  private static void persist(Call call) {
    Rewrite.begin(
        call,
        Command.Values.NEWEST,
        found -> {
          if (found.isEmpty()
              || found.get().siblings().get(0).version().expiresAtMillis() == Version.NEVER) {
            return Rewrite.Decision.leave(Reply.ZERO);
          }
          return expireAfter(call, found.get(), Expiry.NEVER, Reply.ONE);
        });
  }

  /** Writes what was read anew with another expiry. */
  static Rewrite.Decision expireAfter(Call call, Answer.Found seen, long timeToLive, Reply reply) {
    Answer.Sibling newest = seen.siblings().get(0);
    return Rewrite.Decision.change(
        Writes.replace(
            call.name(),
            seen,
            newest.value().orElseThrow(),
            newest.version().contentType(),
            timeToLive),
        reply);
  }
}
