package io.volute.command;

import java.util.function.Consumer;

/** The way from a door for clients to the node. */
@FunctionalInterface
public interface CommandGate {
  /**
   * Hands a command over without waiting.
   *
   * @param answer is called exactly once, from any thread (also before this method returns); it
   *     doesn't block and throws nothing. A node with too much to do answers {@code OVERLOADED}
   */
  void submit(Command command, Consumer<Answer> answer);
}
