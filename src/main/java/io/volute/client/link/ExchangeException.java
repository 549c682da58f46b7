package io.volute.client.link;

import java.io.IOException;

/** A request that got no whole, well-formed answer; the message is fit to be shown. */
public final class ExchangeException extends IOException {
  private static final long serialVersionUID = 1L;

  /** How it went wrong. */
  public enum Kind {
    UNREACHABLE("unreachable"),
    SILENT("timed out"),
    LOST("connection lost"),
    MALFORMED("malformed answer");

    private final String label;

    Kind(String label) {
      this.label = label;
    }

    /** A word or two for a table. */
    public String label() {
      return label;
    }
  }

  private final Kind kind;

  /** One with a message that is fit to be shown. */
  public ExchangeException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  /** An answer against the rules of its protocol. */
  public static ExchangeException malformed(String what) {
    return new ExchangeException(Kind.MALFORMED, "malformed answer: " + what);
  }

  /** How it went wrong. */
  public Kind kind() {
    return kind;
  }
}
