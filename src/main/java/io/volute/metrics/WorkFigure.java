package io.volute.metrics;

/** What a node's store and transport count, by the metric that shows it. */
public enum WorkFigure {
  LOG_SEGMENTS("volute_log_segments", "Files of the store's log.", false),
  LOG_BYTES("volute_log_bytes", "Size of the log's files that are full.", false),
  LOG_LIVE_BYTES(
      "volute_log_live_bytes",
      "What the index still refers to in the log; the rest waits for compaction.",
      false),
  COMPACTED_SEGMENTS("volute_compacted_segments", "Files of the log that were compacted.", true),
  COMPACTION_COPIED_BYTES(
      "volute_compaction_copied_bytes", "What compaction has written anew.", true),
  COMPACTION_FREED_BYTES(
      "volute_compaction_freed_bytes", "Size of the files that compaction has deleted.", true),
  RECEIVED_BYTES("volute_peer_received_bytes", "Bytes of all datagrams that came in.", true),
  SENT_BYTES("volute_peer_sent_bytes", "Bytes of all datagrams that were sent.", true);

  final String metric;
  final String help;

  /** Whether it only grows; it is shown with {@code _total} then. */
  final boolean counts;

  WorkFigure(String metric, String help, boolean counts) {
    this.metric = metric;
    this.help = help;
    this.counts = counts;
  }
}
