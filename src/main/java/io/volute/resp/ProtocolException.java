package io.volute.resp;

import java.util.Optional;

/** Bytes after which nothing more of a connection can be understood; it is closed. */
final class ProtocolException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean silent;

  private ProtocolException(String message, boolean silent) {
    super(message, null, false, false);
    this.silent = silent;
  }

  /** With a last error to the client. */
  static ProtocolException of(String message) {
    return new ProtocolException(message, false);
  }

  /** Without a word: a browser was made to speak to us, and its page must learn nothing. */
  static ProtocolException ofForeignProtocol() {
    return new ProtocolException("the client speaks HTTP", true);
  }

  /** What the client is told before the connection closes. */
  Optional<Reply> lastReply() {
    return silent ? Optional.empty() : Optional.of(Reply.error("Protocol error: " + getMessage()));
  }
}
