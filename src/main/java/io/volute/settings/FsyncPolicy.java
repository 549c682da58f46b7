package io.volute.settings;

import java.util.Optional;

/** When an acknowledged write must be on stable storage. */
public sealed interface FsyncPolicy {
  /** What a user is told when a policy is refused. */
  String RULE = "always, never, or a duration from 1ms to 1h";

  /** Before it is acknowledged; writes that wait together share one sync. */
  record Always() implements FsyncPolicy {}

  /**
   * Within a time after it was acknowledged.
   *
   * @param millis 1 to an hour
   */
  record Within(long millis) implements FsyncPolicy {
    private static final long MAX_MILLIS = 3_600_000;

    public Within {
      if (millis < 1 || millis > MAX_MILLIS) {
        throw new IllegalArgumentException("fsync within " + millis + " ms: allowed is " + RULE);
      }
    }
  }

  /** When the operating system likes to. */
  record Never() implements FsyncPolicy {}

  FsyncPolicy ALWAYS = new Always();
  FsyncPolicy NEVER = new Never();

  /** Reads a policy; empty when the text is none. */
  static Optional<FsyncPolicy> parse(String text) {
    return switch (text) {
      case "always" -> Optional.of(ALWAYS);
      case "never" -> Optional.of(NEVER);
      default -> ValueForm.duration("1ms", "1h").read(text).map(Within::new);
    };
  }
}
