package io.volute.transport;

/** Says once that a member runs in the other mode: nothing else would explain the silence. */
final class OtherMode {
  private static final System.Logger LOG = System.getLogger(OtherMode.class.getName());

  private final TransportCounters counters;
  private final String line;
  private boolean isSaid;

  /**
   * @param line what to say
   */
  OtherMode(TransportCounters counters, String line) {
    this.counters = counters;
    this.line = line;
  }

  void look() {
    if (!isSaid && counters.get(TransportCounter.DROPPED_OTHER_MODE) > 0) {
      isSaid = true;
      LOG.log(System.Logger.Level.WARNING, line);
    }
  }
}
