package io.volute.exchange;

import java.util.ArrayDeque;

/** Who waits for which change to be durable. The store reports changes in order. */
public final class StoredQueue {
  private record Waiting(long sequence, Runnable stored, Runnable failed) {}

  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private long storedSequence;
  private long newestSequence;

  /**
   * Waits for a change. Waits must be asked for in the order of the changes.
   *
   * @param sequence as the store gave it
   * @param stored runs when it is durable, at once when it already is
   * @param failed runs instead when the store reports that it can't be made durable
   */
  public void when(long sequence, Runnable stored, Runnable failed) {
    assert waiting.isEmpty() || waiting.peekLast().sequence() <= sequence : sequence;
    newestSequence = Math.max(newestSequence, sequence);
    if (sequence <= storedSequence) {
      stored.run();
    } else {
      waiting.addLast(new Waiting(sequence, stored, failed));
    }
  }

  /** Waits until all that was changed so far is durable. */
  public void whenAllSoFar(Runnable stored, Runnable failed) {
    when(newestSequence, stored, failed);
  }

  /** Notes a change that nobody waits for, so that {@link #whenAllSoFar} includes it. */
  public void made(long sequence) {
    assert sequence >= newestSequence : sequence + " after " + newestSequence;
    newestSequence = sequence;
  }

  /** Everything up to this sequence number is durable. */
  public void onStored(long sequence) {
    storedSequence = Math.max(storedSequence, sequence);
    while (!waiting.isEmpty() && waiting.peekFirst().sequence() <= storedSequence) {
      waiting.pollFirst().stored().run();
    }
  }

  /** Nothing that is waited for will become durable. */
  public void onFailed() {
    ArrayDeque<Waiting> failed = new ArrayDeque<>(waiting);
    waiting.clear();
    failed.forEach(one -> one.failed().run());
  }

  public int size() {
    return waiting.size();
  }
}
