package io.volute.command;

import io.volute.causal.CausalContext;
import java.util.List;

/** What must hold for a change to be made; otherwise it is refused with {@code PRECONDITION}. */
public sealed interface Condition {
  /** Always holds. */
  record None() implements Condition {}

  /** The key has a visible value ({@code If-Match: *}). */
  record Exists() implements Condition {}

  /** The key has no visible value ({@code If-None-Match: *}). */
  record Absent() implements Condition {}

  /**
   * The key's version is one of these ({@code If-Match}). Tags that are no token match nothing, so
   * the list may be empty.
   */
  record Matches(List<CausalContext> versions) implements Condition {}

  Condition NONE = new None();
  Condition EXISTS = new Exists();
  Condition ABSENT = new Absent();
}
