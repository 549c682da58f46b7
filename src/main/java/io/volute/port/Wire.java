package io.volute.port;

import io.volute.identity.Endpoint;
import io.volute.identity.HostPort;
import io.volute.identity.NodeId;
import io.volute.message.Message;

/**
 * The way to the peers. A message may be lost, repeated, delayed and overtaken; what arrives is
 * whole and unchanged.
 */
public interface Wire {
  /**
   * Sends without waiting. Messages leave when the kernel's turn ends, after the store has written
   * what the turn put: nothing that a crash of the process can undo is ever told to a peer.
   */
  void send(Endpoint to, Message message);

  /**
   * Whether more work for a peer is welcome. Beyond that, messages to it may soon be lost: what can
   * wait, such as handing over many keys, had better wait.
   */
  default boolean hasRoom(NodeId to) {
    return true;
  }

  /**
   * Calls at an address where a member may listen, whoever it is: it hears of this node by {@code
   * onSeek}. May be lost like any message.
   */
  void seek(HostPort address);
}
