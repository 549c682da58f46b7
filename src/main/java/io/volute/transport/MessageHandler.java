package io.volute.transport;

import io.volute.identity.HostPort;
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

  /**
   * A node that wants to meet the cluster has called, by its own word or, with a cluster key, by
   * its knowledge of it.
   *
   * @param stranger its name
   * @param seenAt where its call came from
   */
  default void onSeek(NodeId stranger, HostPort seenAt) {}
}
