package io.volute.resp;

import static io.volute.resp.CommandSpec.ANY;

import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.record.Name;
import io.volute.resp.CommandSpec.Access;
import io.volute.resp.CommandSpec.Keys;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The commands over all keys of the cluster. */
final class ScanCommands {
  private static final int DEFAULT_COUNT = 10;

  private static final byte[] NO_PREFIX = {};

  private final ScanCursors cursors = new ScanCursors();

  List<CommandSpec> specs() {
    return List.of(
        new CommandSpec(
            "SCAN",
            "cursor [MATCH pattern] [COUNT count]",
            2,
            ANY,
            Keys.NONE,
            Access.ALONE,
            "lists keys, a page at a time",
            "Keys of all members that can be reached, each once and in the order of names. A cursor"
                + " is known to the member that gave it, which keeps the last "
                + ScanCursors.CAPACITY
                + "; a forgotten one is an error. `COUNT` above "
                + Command.ListKeys.MAX_PAGE
                + " means that many. `TYPE` is an error. A token for a prefix may scan with a"
                + " pattern that begins with it.",
            this::scan),
        new CommandSpec(
            "DBSIZE",
            "",
            1,
            1,
            Keys.NONE,
            Access.ALONE,
            "counts keys",
            "Counts the keys of all members that can be reached by listing them, so it takes time"
                + " that grows with them; `INFO keyspace` has what this member holds at once.",
            ScanCommands::count));
  }

  private void scan(Call call) throws RequestRefused {
    Optional<Name> after = positionOf(call.text(1));
    byte[] pattern = null;
    long count = DEFAULT_COUNT;
    for (int i = 2; i < call.size(); i += 2) {
      if (i + 1 == call.size()) {
        throw RequestRefused.syntax();
      }
      switch (call.word(i)) {
        case "MATCH" -> pattern = call.bytes(i + 1);
        case "COUNT" -> count = call.number(i + 1);
        default -> throw RequestRefused.syntax();
      }
    }
    if (count < 1) {
      throw RequestRefused.syntax();
    }
    int limit = (int) Math.min(count, Command.ListKeys.MAX_PAGE);
    GlobPattern glob = new GlobPattern(pattern == null ? new byte[] {'*'} : pattern);
    byte[] prefix = glob.prefix();
    CommandTable.requireCovered(call.session().grant(), prefix);
    if (prefix.length > Name.MAX_BYTES) {
      call.reply(page("0", List.of()));
      return;
    }
    call.ask(
        new Command.ListKeys(prefix, after, limit, false, false, Command.Scope.CLUSTER),
        answer -> call.reply(pageOf((Answer.KeyPage) answer, glob)));
  }

  private Optional<Name> positionOf(String cursor) throws RequestRefused {
    if (!cursor.matches("[0-9]{1,20}")) {
      throw new RequestRefused("invalid cursor");
    }
    if (cursor.equals("0")) {
      return Optional.empty();
    }
    Optional<Name> after =
        cursor.length() > 18 ? Optional.empty() : cursors.find(Long.parseLong(cursor));
    if (after.isEmpty()) {
      throw new RequestRefused("invalid cursor: it is not known here any more, begin with 0");
    }
    return after;
  }

  private Reply pageOf(Answer.KeyPage answer, GlobPattern glob) {
    List<Reply> names = new ArrayList<>(answer.lines().size());
    for (Answer.KeyLine line : answer.lines()) {
      if (glob.matches(line.name().utf8())) {
        names.add(new Reply.Bulk(line.name().utf8()));
      }
    }
    return page(answer.next().map(cursors::keep).map(String::valueOf).orElse("0"), names);
  }

  private static Reply page(String cursor, List<Reply> names) {
    return new Reply.Array(List.of(Reply.bulk(cursor), new Reply.Array(names)));
  }

  private static void count(Call call) throws RequestRefused {
    CommandTable.requireCovered(call.session().grant(), NO_PREFIX);
    countAfter(call, Optional.empty(), 0);
  }

  private static void countAfter(Call call, Optional<Name> after, long before) {
    call.ask(
        new Command.ListKeys(
            new byte[0], after, Command.ListKeys.MAX_PAGE, false, false, Command.Scope.CLUSTER),
        answer -> {
          Answer.KeyPage page = (Answer.KeyPage) answer;
          long sum = before + page.lines().size();
          if (page.next().isPresent()) {
            countAfter(call, page.next(), sum);
          } else {
            call.reply(Reply.integer(sum));
          }
        });
  }
}
