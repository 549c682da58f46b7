package io.volute.resp;

import io.volute.listen.Grant;
import io.volute.record.Name;
import io.volute.resp.CommandSpec.Access;
import io.volute.resp.CommandSpec.Keys;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.IntSupplier;

/** Every command that is understood; whatever is not in it is refused. */
final class CommandTable {
  private static final System.Logger LOG = System.getLogger(CommandTable.class.getName());
  private static final int MAX_SHOWN_BYTES = 128;
  private static final Set<String> BEFORE_AUTH = Set.of("AUTH", "HELLO", "QUIT");

  private final Map<String, CommandSpec> byName = new LinkedHashMap<>();

  /** By the spellings that clients use, so that most calls need no conversion. */
  private final Map<String, CommandSpec> bySpelling = new HashMap<>();

  private CommandTable() {}

  static CommandTable of(RespSettings settings, IntSupplier connections) {
    CommandTable table = new CommandTable();
    table.add(new ConnectionCommands(settings.tokens()).specs());
    table.add(ValueCommands.specs());
    table.add(KeyCommands.specs());
    table.add(new ScanCommands().specs());
    table.add(new ServerCommands(settings.programVersion(), connections, table.byName).specs());
    return table;
  }

  private void add(List<CommandSpec> specs) {
    for (CommandSpec spec : specs) {
      CommandSpec former = byName.put(spec.name(), spec);
      assert former == null : spec.name();
      bySpelling.put(spec.name(), spec);
      bySpelling.put(spec.lowerName(), spec);
    }
  }

  Collection<CommandSpec> all() {
    return byName.values();
  }

  /** Makes a call of a request; of one that is not understood, a call that is answered so. */
  Call prepare(ClientConnection connection, RequestParser.Request request) {
    List<byte[]> arguments = request.arguments();
    try {
      CommandSpec spec = find(arguments.get(0));
      if (spec == null) {
        throw unknown(arguments.get(0));
      }
      if (connection.session().isRefusing() && !spec.name().equals("QUIT")) {
        throw stopping();
      }
      if (!connection.session().isAuthenticated() && !BEFORE_AUTH.contains(spec.name())) {
        throw notAuthenticated();
      }
      if (arguments.size() < spec.least() || arguments.size() > spec.most()) {
        throw wrongCount(spec);
      }
      List<Name> names = spec.namesIn(arguments);
      checkAllowed(connection.session().grant(), spec, names);
      return new Call(connection, spec, arguments, names, request.charged());
    } catch (RequestRefused e) {
      return refused(connection, e, request.charged());
    }
  }

  /** A call that is answered with the reason why it is none. */
  static Call refused(ClientConnection connection, RequestRefused why, long charged) {
    return new Call(connection, refusing(why), List.of(), List.of(), charged);
  }

  /** To what comes while the node stops: nothing of it is done. */
  static RequestRefused stopping() {
    return new RequestRefused("TRYAGAIN", "the node is stopping, nothing was done");
  }

  private static void checkAllowed(Grant grant, CommandSpec spec, List<Name> names)
      throws RequestRefused {
    if (grant.readOnly() && spec.access() == Access.WRITE) {
      throw new RequestRefused("NOPERM", "the token allows reading only");
    }
    for (Name name : names) {
      requireCovered(grant, name.utf8());
    }
  }

  /**
   * Refuses what a token does not allow.
   *
   * @param name of a key, or what the names begin with that are asked for
   */
  static void requireCovered(Grant grant, byte[] name) throws RequestRefused {
    if (!grant.covers(name)) {
      throw new RequestRefused(
          "NOPERM",
          "the token allows only keys that begin with '"
              + new String(grant.prefix(), StandardCharsets.UTF_8)
              + "'");
    }
  }

  private CommandSpec find(byte[] name) {
    String spelling = new String(name, StandardCharsets.ISO_8859_1);
    CommandSpec spec = bySpelling.get(spelling);
    return spec != null ? spec : bySpelling.get(spelling.toUpperCase(Locale.ROOT));
  }

  private static CommandSpec refusing(RequestRefused e) {
    return new CommandSpec(
        "", "", 0, 0, Keys.NONE, Access.NOTHING, "", "", call -> call.reply(e.reply()));
  }

  /** Begins to carry out a call. */
  void run(Call call) {
    try {
      call.spec().handler().run(call);
    } catch (RequestRefused e) {
      call.reply(e.reply());
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, call.spec().name() + " failed", e);
      if (!call.isAnswered()) {
        call.reply(Reply.error("internal error, see the log"));
      }
    }
  }

  private static RequestRefused unknown(byte[] name) {
    int shown = Math.min(name.length, MAX_SHOWN_BYTES);
    return new RequestRefused(
        "unknown command '" + new String(name, 0, shown, StandardCharsets.UTF_8) + "'");
  }

  static RequestRefused wrongCount(CommandSpec spec) {
    return new RequestRefused("wrong number of arguments for '" + spec.lowerName() + "' command");
  }

  static RequestRefused notAuthenticated() {
    return new RequestRefused("NOAUTH", "Authentication required.");
  }
}
