package io.volute.settings;

/** Stand-in until the settings room lands. */
public record Tuning(
    long probeIntervalMillis,
    long suspectAfterMillis,
    long deadAfterMillis,
    long operationDeadlineMillis,
    long resendFirstMillis,
    long resendMostMillis,
    long forwardPatienceMillis,
    int siblingsLimit,
    int operationsLimit,
    int hintsLimit,
    int sweepPageKeys,
    long syncIntervalMillis) {
  public static final Tuning DEFAULT =
      new Tuning(500, 1500, 5000, 5000, 50, 800, 400, 32, 10_000, 100_000, 64, 2000);
}
