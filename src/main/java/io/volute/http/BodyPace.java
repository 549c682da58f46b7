package io.volute.http;

/** How large a body may become, and how slowly it may come. One for each request. */
final class BodyPace {
  private final long maxBytes;
  private final long graceNanos;
  private final int minBytesPerSecond;
  private final long startedNanos = System.nanoTime();

  BodyPace(HttpSettings settings) {
    maxBytes = settings.maxValueBytes();
    graceNanos = settings.headTimeout().toNanos();
    minBytesPerSecond = settings.minBodyBytesPerSecond();
  }

  long maxBytes() {
    return maxBytes;
  }

  String tooLarge() {
    return "the body has more bytes than allowed, at most " + maxBytes + " bytes are allowed";
  }

  boolean isTooSlow(long bytesSoFar) {
    long elapsed = System.nanoTime() - startedNanos;
    return elapsed > graceNanos && bytesSoFar < elapsed / 1e9 * minBytesPerSecond;
  }

  String tooSlow() {
    return "the body came slower than " + minBytesPerSecond + " bytes per second";
  }
}
