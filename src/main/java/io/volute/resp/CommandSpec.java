package io.volute.resp;

import io.volute.record.Name;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One command: what {@code COMMAND} and the reference page say of it, and who carries it out.
 *
 * @param name in upper case
 * @param usage its arguments, as shown to people
 * @param least arguments at least, the name included
 * @param most arguments at most, the name included
 * @param keys which arguments are keys
 * @param access what it does to them
 * @param summary some words
 * @param difference how it differs from Redis, in words for users; empty where it doesn't
 * @param handler carries it out
 */
record CommandSpec(
    String name,
    String usage,
    int least,
    int most,
    Keys keys,
    Access access,
    String summary,
    String difference,
    Handler handler) {
  /** No bound of its own. */
  static final int ANY = RequestParser.MAX_ARGUMENTS;

  static final String KEY_RULE = "invalid key: a name is " + Name.RULE;

  /** Which arguments are keys. */
  enum Keys {
    NONE,
    FIRST,
    ALL,
    /** Each followed by a value. */
    PAIRS
  }

  /** What a command does, which decides what may be under way beside it on its connection. */
  enum Access {
    /** Reads its keys; not beside a change of one of them. */
    READ,
    /** Changes its keys; not beside anything else with one of them. */
    WRITE,
    /** Has to do with all keys or with the connection itself; not beside anything. */
    ALONE,
    /** Touches nothing. */
    NOTHING
  }

  /** Begins to carry out a call; sooner or later it gives the call its reply. */
  interface Handler {
    void run(Call call) throws RequestRefused;
  }

  /** Its name in messages. */
  String lowerName() {
    return name.toLowerCase(Locale.ROOT);
  }

  /** Redis' own way to say how many arguments there are: negative for at least that many. */
  int redisArity() {
    return least == most ? least : -least;
  }

  /** The keys among the arguments. */
  List<Name> namesIn(List<byte[]> arguments) throws RequestRefused {
    if (keys == Keys.NONE || arguments.size() == 1) {
      return List.of();
    }
    if (keys == Keys.FIRST) {
      return List.of(nameOf(arguments.get(1)));
    }
    int step = keys == Keys.PAIRS ? 2 : 1;
    List<Name> names = new ArrayList<>(arguments.size() / step);
    for (int i = 1; i < arguments.size(); i += step) {
      names.add(nameOf(arguments.get(i)));
    }
    return names;
  }

  private static Name nameOf(byte[] bytes) throws RequestRefused {
    return Name.of(bytes).orElseThrow(() -> new RequestRefused(KEY_RULE));
  }
}
