package io.volute.transport;

import io.volute.identity.NodeId;
import io.volute.message.Message;

/** Takes the messages that arrive. */
@FunctionalInterface
public interface MessageHandler {
  /**
   * Takes one message; called by the thread that polls.
   *
   * @param from a member, by its own word: plain datagrams prove nothing
   */
  void onMessage(NodeId from, Message message);
}
