package io.volute.transport;

/** Says once why a member is not understood: nothing else would explain the silence. */
final class OnceSaid {
  private static final System.Logger LOG = System.getLogger(OnceSaid.class.getName());

  private final TransportCounters counters;
  private final TransportCounter counter;
  private final long from;
  private final String line;
  private boolean isSaid;

  /**
   * @param from how much must have been counted
   * @param line what to say
   */
  OnceSaid(TransportCounters counters, TransportCounter counter, long from, String line) {
    this.counters = counters;
    this.counter = counter;
    this.from = from;
    this.line = line;
  }

  void look() {
    if (!isSaid && counters.get(counter) >= from) {
      isSaid = true;
      LOG.log(System.Logger.Level.WARNING, line);
    }
  }
}
