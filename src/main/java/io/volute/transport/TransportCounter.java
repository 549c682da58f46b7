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
  /** Datagrams of a member that runs in the other mode: with --udp, or without it. */
  DROPPED_OTHER_MODE,
  /** First datagrams of sessions that don't prove this node's cluster key, or lack of one. */
  DROPPED_OTHER_KEY,
  /** Datagrams of sessions that this node doesn't know (any more). */
  DROPPED_UNKNOWN_SESSION,
  /** Datagrams that came once more, or much too late. */
  DROPPED_REPEATED,
  /** First datagrams of sessions beyond what is answered at a time. */
  DROPPED_HANDSHAKES,
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
  RESOLUTION_FAILURES,

  /** Sessions that were agreed with a member. */
  SESSIONS_OPENED,
  /** Sessions that ended because the member began another, as after a restart. */
  SESSIONS_REPLACED,
  /** Sessions that ended because nothing was heard of the member. */
  SESSIONS_SILENT,
  /** Sessions that the member has ended, or that ended because it is no member any more. */
  SESSIONS_CLOSED,
  /** Sessions whose peer went on from another address. */
  SESSIONS_MOVED,
  /** Datagrams that got lost on their way; what was in them is sent again. */
  LOST_DATAGRAMS,
  /** Those of them that came after all, as others had overtaken them. */
  LATE_DATAGRAMS,
  /** Parts of messages that were sent again. */
  RESENT_PARTS,
  /** Messages that were not taken because they are under way already. */
  SUPPRESSED_REPEATS,
  /** Messages beyond what may wait for a member. */
  LOST_QUEUE_FULL,
  /** Messages that could not leave for so long that nobody waits for them any more. */
  LOST_EXPIRED,
  /** Messages whose session ended before they were acknowledged; they may have arrived. */
  LOST_WITH_SESSION,
  /** Messages that waited for a node when it was no member any more. */
  LOST_WITH_MEMBER
}
