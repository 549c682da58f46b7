package io.volute.resp;

import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.record.Name;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * One request of a client from its arrival to its reply. Everything happens on the I/O thread of
 * its connection.
 */
final class Call {
  private static final int PLAIN_SET_SIZE = 3;

  private final ClientConnection connection;
  private final CommandSpec spec;
  private final List<byte[]> arguments;
  private final List<Name> names;
  private List<Call> overtaken = List.of();
  private long charged;
  private Reply reply;

  /**
   * @param arguments its name first
   * @param names the keys among them, in order
   * @param charged what of the budget is held for it
   */
  Call(
      ClientConnection connection,
      CommandSpec spec,
      List<byte[]> arguments,
      List<Name> names,
      long charged) {
    this.connection = connection;
    this.spec = spec;
    this.arguments = arguments;
    this.names = names;
    this.charged = charged;
  }

  CommandSpec spec() {
    return spec;
  }

  Session session() {
    return connection.session();
  }

  /** How many arguments there are, the name included. */
  int size() {
    return arguments.size();
  }

  byte[] bytes(int index) {
    return arguments.get(index);
  }

  /** An argument as text, for words that are compared and shown. */
  String text(int index) {
    return new String(arguments.get(index), StandardCharsets.UTF_8);
  }

  /** An argument as a word without regard to case. */
  String word(int index) {
    return text(index).toUpperCase(Locale.ROOT);
  }

  /** A whole number, written without any ornament. */
  long number(int index) throws RequestRefused {
    String text = text(index);
    if (text.matches("-?[0-9]{1,19}")) {
      try {
        return Long.parseLong(text);
      } catch (NumberFormatException e) {
        // Too large; said below.
      }
    }
    throw new RequestRefused("value is not an integer or out of range");
  }

  /** The keys that it names, in order. */
  List<Name> names() {
    return names;
  }

  /** Its only or first key. */
  Name name() {
    return names.get(0);
  }

  /**
   * Asks the node. A refusal becomes the reply of the call.
   *
   * @param then takes any other answer
   */
  void ask(Command command, Consumer<Answer> then) {
    askForAny(
        command,
        answer -> {
          if (answer instanceof Answer.Refused refused) {
            reply(Refusals.reply(refused, command));
          } else {
            then.accept(answer);
          }
        });
  }

  /** Asks the node; refusals are for the caller to look at. */
  void askForAny(Command command, Consumer<Answer> then) {
    connection.ask(this, command, then);
  }

  /** Ends the call; its reply is sent when those before it are. */
  void reply(Reply reply) {
    assert this.reply == null : spec.name() + " is answered twice";
    this.reply = reply;
    connection.answered(this);
    overtaken.forEach(call -> call.reply(reply));
  }

  /** Whether it sets one key to a value, whatever is there: nothing of it outlasts the next one. */
  boolean isPlainSet() {
    return spec.name().equals("SET") && size() == PLAIN_SET_SIZE;
  }

  /**
   * Takes the place of an earlier set of the same key that has not begun, and of those whose place
   * that one has taken: they get the reply of this one.
   */
  void overtake(Call earlier) {
    assert overtaken.isEmpty() && isPlainSet() && earlier.isPlainSet();
    overtaken = earlier.overtaken.isEmpty() ? new ArrayList<>() : earlier.overtaken;
    overtaken.add(earlier);
    earlier.overtaken = List.of();
  }

  /** Those that get the same reply. */
  List<Call> overtaken() {
    return overtaken;
  }

  boolean isAnswered() {
    return reply != null;
  }

  Reply reply() {
    return reply;
  }

  /** Puts another reply in place of one that can't be held. */
  void replaceReply(Reply other) {
    reply = other;
  }

  long charged() {
    return charged;
  }

  void charge(long more) {
    charged += more;
  }
}
