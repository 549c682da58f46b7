package io.volute.agent;

import java.util.function.Consumer;
import org.jctools.queues.MpscArrayQueue;

/**
 * A bounded queue into a thread: any number of threads put messages in, one takes them out. Nobody
 * ever waits. A full mailbox is an answer ("overloaded") that the producer has to pass on.
 *
 * <p>One doorbell may serve several mailboxes of a thread.
 */
public final class Mailbox<T> {
  private final MpscArrayQueue<T> queue;
  private final Doorbell doorbell;

  /**
   * @param minCapacity in messages, 1 and up; rounded up to a power of two
   * @param doorbell of the thread that takes the messages out
   */
  public Mailbox(int minCapacity, Doorbell doorbell) {
    this.queue = new MpscArrayQueue<>(minCapacity);
    this.doorbell = doorbell;
  }

  /**
   * Puts a message in and wakes the owner where it sleeps. Any thread may call it.
   *
   * @return false when the mailbox is full; the message was not taken then
   */
  public boolean offer(T message) {
    if (!queue.offer(message)) {
      return false;
    }
    doorbell.ring();
    return true;
  }

  /**
   * Takes messages out in the order of their arrival, without waiting. Only the owner's thread may
   * call it.
   *
   * @param limit at most this many
   * @return how many
   */
  public int drain(int limit, Consumer<? super T> consumer) {
    int drained = 0;
    while (drained < limit) {
      T message = queue.relaxedPoll();
      if (message == null) {
        break;
      }
      drained++;
      consumer.accept(message);
    }
    return drained;
  }

  /** Whether there is something to drain. Only the owner's thread may call it. */
  public boolean hasMail() {
    // Not isEmpty: it also sees a message whose producer is halfway through, which would have the
    // owner spin until that one goes on. Such a producer rings when it is done.
    return queue.relaxedPeek() != null;
  }

  /** How many messages wait, roughly when others are at work; for metrics. Any thread may ask. */
  public int size() {
    return queue.size();
  }

  public int capacity() {
    return queue.capacity();
  }
}
