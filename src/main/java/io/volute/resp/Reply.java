package io.volute.resp;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** What a client is sent for one call, before it is put into bytes for its protocol version. */
sealed interface Reply {
  /** A word that is known to hold no line break. */
  record Simple(String text) implements Reply {}

  /**
   * A refusal.
   *
   * @param code the first word, which clients branch on
   * @param text what was wrong and what is allowed; may quote the client
   */
  record Failure(String code, String text) implements Reply {}

  /** A whole number. */
  record Whole(long value) implements Reply {}

  /** Any bytes; they must not change until they are sent. */
  record Bulk(byte[] bytes) implements Reply {}

  /** No value. */
  record Nil() implements Reply {}

  /** Some replies in order. */
  record Array(List<Reply> items) implements Reply {}

  /** Pairs in order; RESP2 sends them as a flat array. */
  record Pairs(Map<String, Reply> entries) implements Reply {}

  /** Text for people; RESP2 sends it as plain bytes. */
  record Verbatim(String text) implements Reply {}

  Reply OK = new Simple("OK");
  Reply NIL = new Nil();
  Reply ZERO = new Whole(0);
  Reply ONE = new Whole(1);

  static Reply error(String text) {
    return new Failure("ERR", text);
  }

  static Reply bulk(String text) {
    return new Bulk(text.getBytes(StandardCharsets.UTF_8));
  }

  static Reply integer(long value) {
    return value == 0 ? ZERO : value == 1 ? ONE : new Whole(value);
  }
}
