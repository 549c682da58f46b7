package io.volute.daemon;

import io.volute.agent.Agent;
import io.volute.agent.Doorbell;
import io.volute.agent.Mailbox;
import io.volute.causal.Dot;
import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.command.CommandGate;
import io.volute.identity.HostPort;
import io.volute.identity.NodeId;
import io.volute.kernel.Kernel;
import io.volute.message.Message;
import io.volute.record.Name;
import io.volute.settings.Tuning;
import io.volute.storage.StoreEngine;
import io.volute.storage.StoreListener;
import io.volute.transport.MessageHandler;
import io.volute.transport.PeerTransport;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * The kernel's thread: takes in what has come from peers, clients and the disk, lets the kernel
 * decide, then has the store write and the transport send, in this order.
 *
 * <p>{@link #submit} and the store's reports may come from any thread.
 */
final class KernelAgent implements Agent, CommandGate, StoreListener {
  /** What a turn takes in of each kind at most: enough to batch, little enough to stay prompt. */
  private static final int DATAGRAMS_A_TURN = 128;

  private static final int COMMANDS_A_TURN = 256;

  /** Nothing lasts longer than this without a look at the clock. */
  private static final long LONGEST_REST_MILLIS = 1000;

  private static final long RETRY_AFTER_MILLIS = 1000;

  private record Submission(Command command, Consumer<Answer> reply) {}

  private class Mail implements MessageHandler {
    @Override
    public void onMessage(NodeId from, Message message) {
      kernel.onMessage(from, message);
    }

    @Override
    public void onSeek(NodeId stranger, HostPort seenAt) {
      kernel.onSeek(stranger, seenAt);
    }
  }

  private final class LateMail extends Mail {
    @Override
    public void onMessage(NodeId from, Message message) {
      kernel.onLateMessage(from, message);
    }
  }

  private final MessageHandler prompt = new Mail();
  private final MessageHandler late = new LateMail();
  private final Kernel kernel;
  private final StoreEngine store;
  private final StoreDesk storeDesk;
  private final PeerTransport transport;
  private final TurnClock clock;

  /** A turn that comes this much later than it should means that the process was stopped. */
  private final long stallMillis;

  private final Doorbell doorbell;
  private final Mailbox<Submission> commands;
  private final Mailbox<Runnable> errands;
  private final AtomicLong storedSequence = new AtomicLong();
  private final CountDownLatch running = new CountDownLatch(1);
  private long reportedSequence;

  /** When this thread means to be awake again at the latest, on the monotonic clock. */
  private long awakeByMillis = Long.MAX_VALUE;

  /**
   * Whether what is in the socket's buffer may have waited there while the process was stopped, or,
   * as in the beginning, while it was starting.
   */
  private boolean mailIsLate = true;

  KernelAgent(
      Kernel kernel,
      StoreEngine store,
      BackupDirectory backups,
      PeerTransport transport,
      TurnClock clock,
      Doorbell doorbell,
      Tuning tuning) {
    this.kernel = kernel;
    this.store = store;
    this.storeDesk = new StoreDesk(store, backups);
    this.transport = transport;
    this.clock = clock;
    this.doorbell = doorbell;
    this.stallMillis = tuning.forwardPatienceMillis() / 2;
    this.commands = new Mailbox<>(tuning.mailboxCapacity(), doorbell);
    this.errands = new Mailbox<>(Long.SIZE, doorbell);
  }

  @Override
  public String roleName() {
    return "volute-kernel";
  }

  @Override
  public void onStart() throws Exception {
    clock.tick();
    kernel.start(running::countDown);
    store.flush();
    transport.flush();
  }

  /** Waits until commands are carried out. */
  boolean awaitRunning(long maxMillis) throws InterruptedException {
    return running.await(maxMillis, TimeUnit.MILLISECONDS);
  }

  /** Lets who waits in {@link #awaitRunning} go: it will not come to that. */
  void giveUpStarting() {
    running.countDown();
  }

  @Override
  public void submit(Command command, Consumer<Answer> reply) {
    if (!commands.offer(new Submission(command, reply))) {
      reply.accept(
          new Answer.Refused(
              Answer.Reason.OVERLOADED,
              commands.capacity() + " commands wait already, which is the limit",
              Answer.Outcome.NOT_APPLIED,
              RETRY_AFTER_MILLIS));
    }
  }

  @Override
  public void onCompletion() {
    doorbell.ring();
  }

  /** Has something done on the kernel's thread; false when too much is waiting. */
  boolean runThere(Consumer<Kernel> errand) {
    return errands.offer(() -> errand.accept(kernel));
  }

  @Override
  public void onStored(long sequence) {
    storedSequence.set(sequence);
    doorbell.ring();
  }

  @Override
  public void onDamaged(Name name, Dot dot) {
    System.getLogger(KernelAgent.class.getName())
        .log(System.Logger.Level.ERROR, "a version of key ''{0}'' is damaged on the disk", name);
    // By way of the box: the store is in the midst of something. What finds no room is told again.
    runThere(there -> there.onDamaged(name, dot));
  }

  @Override
  public void onStorePaused(String reason) {
    System.getLogger(KernelAgent.class.getName())
        .log(System.Logger.Level.ERROR, "the store takes no changes for now: {0}", reason);
    // On the kernel's own thread, in the midst of a turn: those who wait are told in the next one.
    // With a full box there is one already.
    runThere(Kernel::onStoreFailed);
  }

  @Override
  public void onStoreFailed(String reason) {
    System.getLogger(KernelAgent.class.getName())
        .log(System.Logger.Level.ERROR, "the store takes no more changes: {0}", reason);
    // Called once in a store's life, so there is room.
    runThere(Kernel::onStoreFailed);
  }

  @Override
  public int doWork() {
    clock.tick();
    noticeStall();
    int work = receive();
    work += errands.drain(COMMANDS_A_TURN, Runnable::run);
    work += commands.drain(COMMANDS_A_TURN, this::carryOut);
    work += reportStored();
    work += store.runCompletions();
    if (kernel.nextTimerMillis() <= clock.monotonicMillis()) {
      kernel.onTimers();
      work++;
    }
    if (work > 0 || transport.restMillis() <= 0) {
      store.flush();
      // What the flush itself made durable is answered in the same turn.
      reportStored();
      transport.flush();
    }
    return work;
  }

  private void carryOut(Submission one) {
    if (one.command() instanceof Command.Upkeep upkeep) {
      storeDesk.onCommand(upkeep, one.reply());
    } else {
      kernel.onCommand(one.command(), one.reply());
    }
  }

  private void noticeStall() {
    long now = clock.monotonicMillis();
    if (now > awakeByMillis) {
      mailIsLate = true;
    }
    awakeByMillis = now + stallMillis;
  }

  private int receive() {
    int received = transport.poll(mailIsLate ? late : prompt, DATAGRAMS_A_TURN);
    // An emptied buffer holds nothing that came before now.
    mailIsLate &= received == DATAGRAMS_A_TURN;
    return received;
  }

  private int reportStored() {
    long sequence = storedSequence.get();
    if (sequence == reportedSequence) {
      return 0;
    }
    reportedSequence = sequence;
    kernel.onStored(sequence);
    return 1;
  }

  @Override
  public boolean hasWork() {
    return commands.hasMail()
        || errands.hasMail()
        || storedSequence.get() != reportedSequence
        || store.hasCompletions();
  }

  @Override
  public long restMillis() {
    long untilTimer = kernel.nextTimerMillis() - clock.freshMonotonicMillis();
    long rest = Math.min(Math.min(untilTimer, transport.restMillis()), LONGEST_REST_MILLIS);
    awakeByMillis = clock.freshMonotonicMillis() + Math.max(0, rest) + stallMillis;
    return rest;
  }

  @Override
  public void onClose() {
    store.flush();
    transport.flush();
    transport.close();
    store.close();
  }
}
