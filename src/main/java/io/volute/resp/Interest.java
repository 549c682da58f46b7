package io.volute.resp;

import org.xnio.conduits.ConduitStreamSinkChannel;
import org.xnio.conduits.ConduitStreamSourceChannel;

/**
 * Which events of a connection are wanted. Changes nothing where it is as it should be: each change
 * costs a lock and perhaps a call of the system. Used on the connection's I/O thread.
 */
final class Interest {
  private boolean readsResumed;
  private boolean writesResumed;
  private final ConduitStreamSinkChannel sink;
  private final ConduitStreamSourceChannel source;

  Interest(ConduitStreamSourceChannel source, ConduitStreamSinkChannel sink) {
    this.sink = sink;
    this.source = source;
  }

  /** Wants to hear of bytes that came, and of room for bytes that go. */
  void set(boolean reads, boolean writes) {
    if (reads && !readsResumed) {
      source.resumeReads();
    } else if (!reads && readsResumed) {
      source.suspendReads();
    }
    if (writes && !writesResumed) {
      sink.resumeWrites();
    } else if (!writes && writesResumed) {
      sink.suspendWrites();
    }
    readsResumed = reads;
    writesResumed = writes;
  }
}
