package io.volute.resp;

import static io.volute.resp.CommandSpec.ANY;

import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.resp.CommandSpec.Access;
import io.volute.resp.CommandSpec.Keys;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.IntSupplier;

/** The commands about the server: how it is and what it understands. */
final class ServerCommands {
  private static final List<String> SECTIONS =
      List.of("server", "clients", "replication", "keyspace");
  private static final Set<String> ALL_SECTIONS = Set.of("all", "default", "everything");

  private final String programVersion;
  private final IntSupplier connections;
  private final Map<String, CommandSpec> table;

  /**
   * @param table all commands by name; may be filled later
   */
  ServerCommands(String programVersion, IntSupplier connections, Map<String, CommandSpec> table) {
    this.programVersion = programVersion;
    this.connections = connections;
    this.table = table;
  }

  List<CommandSpec> specs() {
    return List.of(
        new CommandSpec(
            "INFO",
            "[section ...]",
            1,
            ANY,
            Keys.NONE,
            Access.NOTHING,
            "how this member is",
            "The sections are `server`, `clients`, `replication` and `keyspace`; another one is an"
                + " error. Keys are those that this member holds, deleted ones included until they"
                + " are forgotten.",
            this::info),
        new CommandSpec(
            "COMMAND",
            "[COUNT | LIST | INFO name ... | DOCS name ...]",
            1,
            ANY,
            Keys.NONE,
            Access.NOTHING,
            "what is understood",
            "Only these; every other one is an error.",
            this::command));
  }

  private void info(Call call) throws RequestRefused {
    Set<String> asked = new LinkedHashSet<>();
    for (int i = 1; i < call.size(); i++) {
      String section = call.text(i).toLowerCase(Locale.ROOT);
      if (ALL_SECTIONS.contains(section)) {
        asked.addAll(SECTIONS);
      } else if (SECTIONS.contains(section)) {
        asked.add(section);
      } else {
        throw new RequestRefused("INFO has no such section, allowed is " + SECTIONS);
      }
    }
    Collection<String> shown = asked.isEmpty() ? SECTIONS : asked;
    call.ask(
        new Command.DescribeStatus(),
        answer -> {
          StringBuilder text = new StringBuilder();
          shown.forEach(section -> append(text, section, (Answer.Status) answer));
          call.reply(new Reply.Verbatim(text.toString()));
        });
  }

  private void append(StringBuilder text, String section, Answer.Status status) {
    text.append(text.length() == 0 ? "" : "\r\n").append("# ");
    switch (section) {
      case "server" -> {
        text.append("Server\r\n");
        line(text, "redis_version", ConnectionCommands.REDIS_LEVEL);
        line(text, "redis_mode", "standalone");
        line(text, "volute_version", programVersion);
        line(text, "volute_node", status.node().toString());
        line(text, "volute_phase", status.phase().name().toLowerCase(Locale.ROOT));
        line(text, "uptime_in_seconds", status.uptimeMillis() / 1000);
      }
      case "clients" -> {
        text.append("Clients\r\n");
        line(text, "connected_clients", connections.getAsInt());
      }
      case "replication" -> {
        text.append("Replication\r\n");
        line(text, "role", "master");
        line(text, "connected_slaves", 0);
        line(text, "volute_members", status.members());
        line(text, "volute_members_alive", status.membersAlive());
        line(text, "volute_hints", status.hints());
      }
      default -> {
        text.append("Keyspace\r\n");
        if (status.keys() > 0) {
          line(text, "db0", "keys=" + status.keys());
        }
        line(text, "volute_value_bytes", status.valueBytes());
      }
    }
  }

  private static void line(StringBuilder text, String name, Object value) {
    text.append(name).append(':').append(value).append("\r\n");
  }

  private void command(Call call) throws RequestRefused {
    String what = call.size() == 1 ? "" : call.word(1);
    boolean named = call.size() > 2;
    if (what.isEmpty()) {
      call.reply(entries(table.keySet()));
    } else if (what.equals("COUNT") && !named) {
      call.reply(Reply.integer(table.size()));
    } else if (what.equals("LIST") && !named) {
      List<Reply> names = new ArrayList<>();
      table.values().forEach(spec -> names.add(Reply.bulk(spec.lowerName())));
      call.reply(new Reply.Array(names));
    } else if (what.equals("INFO")) {
      call.reply(entries(named ? named(call) : table.keySet()));
    } else if (what.equals("DOCS")) {
      call.reply(docs(named ? named(call) : table.keySet()));
    } else {
      throw new RequestRefused(
          "unknown subcommand or wrong number of arguments for 'command " + call.text(1) + "'");
    }
  }

  private static Collection<String> named(Call call) {
    List<String> names = new ArrayList<>();
    for (int i = 2; i < call.size(); i++) {
      names.add(call.word(i));
    }
    return names;
  }

  private Reply entries(Collection<String> names) {
    List<Reply> entries = new ArrayList<>();
    for (String name : names) {
      CommandSpec spec = table.get(name);
      entries.add(spec == null ? Reply.NIL : entry(spec));
    }
    return new Reply.Array(entries);
  }

  private static Reply entry(CommandSpec spec) {
    boolean keyed = spec.keys() != Keys.NONE;
    boolean many = spec.keys() == Keys.ALL || spec.keys() == Keys.PAIRS;
    List<Reply> flags = new ArrayList<>();
    if (keyed) {
      flags.add(new Reply.Simple(spec.access() == Access.READ ? "readonly" : "write"));
    }
    return new Reply.Array(
        List.of(
            Reply.bulk(spec.lowerName()),
            Reply.integer(spec.redisArity()),
            new Reply.Array(flags),
            Reply.integer(keyed ? 1 : 0),
            Reply.integer(many ? -1 : keyed ? 1 : 0),
            Reply.integer(spec.keys() == Keys.PAIRS ? 2 : keyed ? 1 : 0)));
  }

  private Reply docs(Collection<String> names) {
    Map<String, Reply> docs = new LinkedHashMap<>();
    for (String name : names) {
      CommandSpec spec = table.get(name);
      if (spec != null) {
        Map<String, Reply> doc = new LinkedHashMap<>();
        doc.put("summary", Reply.bulk(spec.summary()));
        docs.put(spec.lowerName(), new Reply.Pairs(doc));
      }
    }
    return new Reply.Pairs(docs);
  }
}
