package io.volute.transport;

/** What the transport counts, since its start. */
public enum TransportCounter {
  /** Datagrams that were a member's, whole and for this node. */
  RECEIVED_DATAGRAMS,
  /** Bytes of all datagrams that came in, dropped ones as well. */
  RECEIVED_BYTES,
  /** Messages handed to the node. */
  RECEIVED_MESSAGES,

  /** Datagrams that were too short to be one. */
  DROPPED_TRUNCATED,
  /** Datagrams of another protocol. */
  DROPPED_FOREIGN,
  /** Datagrams of a wire version that this node doesn't speak. */
  DROPPED_VERSION,
  /** Datagrams that changed on their way. */
  DROPPED_CHECKSUM,
  /** Datagrams whose header contradicts itself, or that hold no message. */
  DROPPED_MALFORMED,
  /** Own datagrams that came back. */
  DROPPED_REFLECTED,
  /** Datagrams of another process with this node's name: somebody runs a copy of its home. */
  DROPPED_OWN_NAME,
  /** Datagrams for another node, such as the one that had this address before. */
  DROPPED_WRONG_RECEIVER,
  /** Datagrams of nodes that are not members. */
  DROPPED_UNKNOWN_SENDER,
  /** Messages in good datagrams that could not be read. */
  DROPPED_MALFORMED_MESSAGES,
  /** Failures of the socket while receiving. */
  RECEIVE_FAILURES,

  /** Datagrams that the socket took. */
  SENT_DATAGRAMS,
  /** Their bytes. */
  SENT_BYTES,
  /** Messages in them. */
  SENT_MESSAGES,

  /** Messages that are larger than a datagram or break a bound of the wire format. */
  LOST_UNENCODABLE,
  /** Messages beyond what may wait for the end of a turn. */
  LOST_PENDING_FULL,
  /** Messages to a host whose name has no address (yet). */
  LOST_UNRESOLVED,
  /** Messages for which the socket's buffer had no room. */
  LOST_SOCKET_FULL,
  /** Messages that the socket refused, such as for want of a route. */
  LOST_SEND_FAILED,
  /** Look-ups of a host's name that failed. */
  RESOLUTION_FAILURES
}
