package io.volute.daemon;

import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.command.CommandGate;
import io.volute.identity.HostPort;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The moment that a new node waits for the first member before it serves. It has been told where a
 * cluster is and knows nobody of it: until one answers, it would take itself for a whole cluster,
 * say that keys are not there which are, and acknowledge changes that only it has. Where nobody
 * answers it may be the first one, and serves all the same.
 */
final class FirstContact {
  /** A member on another continent answers in a few tenths; a process that pauses, in a second. */
  static final long LONGEST_MILLIS = 3000;

  private static final long STEP_MILLIS = 10;

  private FirstContact() {}

  /** Whether there is somebody to wait for. */
  static boolean isDue(List<HostPort> seeds, HostPort own, boolean knowsPeers) {
    return !knowsPeers && seeds.stream().anyMatch(seed -> !seed.equals(own));
  }

  /** Returns when this node knows a second member, or when it has waited for long enough. */
  static void await(CommandGate gate) throws InterruptedException {
    long untilNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LONGEST_MILLIS);
    while (!hasMet(gate, untilNanos) && System.nanoTime() < untilNanos) {
      TimeUnit.MILLISECONDS.sleep(STEP_MILLIS);
    }
  }

  private static boolean hasMet(CommandGate gate, long untilNanos) throws InterruptedException {
    CountDownLatch answered = new CountDownLatch(1);
    AtomicBoolean met = new AtomicBoolean();
    gate.submit(
        new Command.DescribeMembership(),
        answer -> {
          met.set(answer instanceof Answer.Membership known && known.members().size() > 1);
          answered.countDown();
        });
    return answered.await(untilNanos - System.nanoTime(), TimeUnit.NANOSECONDS) && met.get();
  }
}
