package io.volute.resp;

import static io.volute.resp.CommandSpec.ANY;

import io.volute.listen.Grant;
import io.volute.listen.TokenFile;
import io.volute.resp.CommandSpec.Access;
import io.volute.resp.CommandSpec.Keys;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The commands about the connection itself. */
final class ConnectionCommands {
  /** The version of Redis whose commands these are; some clients choose by it what they send. */
  static final String REDIS_LEVEL = "7.0.0";

  private static final String DEFAULT_USER = "default";

  private final Optional<TokenFile> tokens;

  ConnectionCommands(Optional<TokenFile> tokens) {
    this.tokens = tokens;
  }

  List<CommandSpec> specs() {
    return List.of(
        new CommandSpec(
            "PING",
            "[message]",
            1,
            2,
            Keys.NONE,
            Access.NOTHING,
            "answers",
            "",
            ConnectionCommands::ping),
        new CommandSpec(
            "ECHO",
            "message",
            2,
            2,
            Keys.NONE,
            Access.NOTHING,
            "answers with the message",
            "",
            call -> call.reply(new Reply.Bulk(call.bytes(1)))),
        new CommandSpec(
            "HELLO",
            "[2 | 3 [AUTH default token] [SETNAME name]]",
            1,
            ANY,
            Keys.NONE,
            Access.ALONE,
            "chooses the protocol version and tells of the server",
            "The server calls itself `volute`; its version is the one of Redis whose commands these"
                + " are.",
            this::hello),
        new CommandSpec(
            "AUTH",
            "[default] token",
            2,
            3,
            Keys.NONE,
            Access.ALONE,
            "shows a token",
            "The password is a token of `token-file`; the only user is `default`.",
            this::auth),
        new CommandSpec(
            "SELECT",
            "0",
            2,
            2,
            Keys.NONE,
            Access.NOTHING,
            "chooses the database",
            "There is only database 0.",
            ConnectionCommands::select),
        new CommandSpec(
            "CLIENT",
            "ID | GETNAME | SETNAME name | SETINFO LIB-NAME|LIB-VER text",
            2,
            4,
            Keys.NONE,
            Access.ALONE,
            "names the connection",
            "Only these; every other one is an error.",
            ConnectionCommands::client),
        new CommandSpec(
            "QUIT",
            "",
            1,
            ANY,
            Keys.NONE,
            Access.ALONE,
            "answers and closes the connection",
            "",
            ConnectionCommands::quit));
  }

  private static void ping(Call call) {
    call.reply(call.size() == 1 ? new Reply.Simple("PONG") : new Reply.Bulk(call.bytes(1)));
  }

  private static void quit(Call call) {
    call.session().end();
    call.reply(Reply.OK);
  }

  private static void select(Call call) throws RequestRefused {
    if (call.number(1) != 0) {
      throw new RequestRefused("DB index is out of range: there is only database 0");
    }
    call.reply(Reply.OK);
  }

  private void auth(Call call) throws RequestRefused {
    if (call.size() == 3) {
      authenticate(call, call.text(1), call.bytes(2));
    } else {
      authenticate(call, DEFAULT_USER, call.bytes(1));
    }
    call.reply(Reply.OK);
  }

  private void authenticate(Call call, String user, byte[] shown) throws RequestRefused {
    if (tokens.isEmpty()) {
      throw new RequestRefused("AUTH is not needed: the server has no token file");
    }
    Optional<Grant> grant = tokens.get().find(shown);
    if (!user.equals(DEFAULT_USER) || grant.isEmpty()) {
      throw new RequestRefused("WRONGPASS", "invalid username-password pair");
    }
    call.session().authenticate(grant.get());
  }

  private void hello(Call call) throws RequestRefused {
    Session session = call.session();
    int protocol = session.protocol();
    if (call.size() > 1) {
      if (!call.text(1).matches("[23]")) {
        throw new RequestRefused("NOPROTO", "unsupported protocol version");
      }
      protocol = Integer.parseInt(call.text(1));
    }
    String name = session.name();
    int auth = 0;
    for (int i = 2; i < call.size(); i++) {
      if (call.word(i).equals("AUTH") && i + 2 < call.size()) {
        auth = i;
        i += 2;
      } else if (call.word(i).equals("SETNAME") && i + 1 < call.size()) {
        name = checkedName(call.text(++i));
      } else {
        throw RequestRefused.syntax();
      }
    }
    if (auth > 0) {
      authenticate(call, call.text(auth + 1), call.bytes(auth + 2));
    }
    if (!session.isAuthenticated()) {
      throw CommandTable.notAuthenticated();
    }
    session.rename(name);
    session.speak(protocol);
    call.reply(greeting(session));
  }

  private static Reply greeting(Session session) {
    Map<String, Reply> entries = new LinkedHashMap<>();
    entries.put("server", Reply.bulk("volute"));
    entries.put("version", Reply.bulk(REDIS_LEVEL));
    entries.put("proto", Reply.integer(session.protocol()));
    entries.put("id", Reply.integer(session.id()));
    entries.put("mode", Reply.bulk("standalone"));
    entries.put("role", Reply.bulk("master"));
    entries.put("modules", new Reply.Array(List.of()));
    return new Reply.Pairs(entries);
  }

  private static void client(Call call) throws RequestRefused {
    Session session = call.session();
    String what = call.word(1);
    if (what.equals("ID") && call.size() == 2) {
      call.reply(Reply.integer(session.id()));
    } else if (what.equals("GETNAME") && call.size() == 2) {
      call.reply(session.name().isEmpty() ? Reply.NIL : Reply.bulk(session.name()));
    } else if (what.equals("SETNAME") && call.size() == 3) {
      session.rename(checkedName(call.text(2)));
      call.reply(Reply.OK);
    } else if (what.equals("SETINFO") && call.size() == 4) {
      if (!call.word(2).equals("LIB-NAME") && !call.word(2).equals("LIB-VER")) {
        throw new RequestRefused("unrecognized option '" + call.text(2) + "'");
      }
      checkedName(call.text(3));
      call.reply(Reply.OK);
    } else {
      throw new RequestRefused(
          "unknown subcommand or wrong number of arguments for 'client " + call.text(1) + "'");
    }
  }

  /** Names are shown in lists of connections, where a blank would end them. */
  private static String checkedName(String name) throws RequestRefused {
    if (name.length() > 255 || !name.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw new RequestRefused(
          "client names have at most 255 characters, and no blanks, newlines or special ones");
    }
    return name;
  }
}
