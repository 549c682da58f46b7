package io.volute.resp;

import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.command.CommandGate;
import io.volute.listen.BytesInFlight;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.xnio.IoUtils;
import org.xnio.StreamConnection;
import org.xnio.conduits.ConduitStreamSinkChannel;
import org.xnio.conduits.ConduitStreamSourceChannel;

/**
 * One client: reads its requests, lets several be carried out at once, sends the replies in order.
 *
 * <p>It stops reading when its pipeline is full, when a request has to wait for an earlier one, or
 * when the client does not take its replies. So what a connection holds is bounded, and a client
 * that is too fast is slowed down by its own socket.
 */
final class ClientConnection {
  private static final System.Logger LOG = System.getLogger(ClientConnection.class.getName());

  /** Replies that wait for the client; beyond it nothing more is taken from it. */
  private static final int MAX_PENDING_BYTES = 256 * 1024;

  private static final int READ_BYTES = 64 * 1024;
  private static final int READS_A_ROUND = 4;

  /** After a stop's farewell, from a client that sends all the time. */
  private static final int MOST_LAST_READS = 16;

  /** How long and how much is read and dropped so that a last error can reach the client. */
  private static final long LINGER_MILLIS = 1000;

  private static final int LINGER_BYTES = 1 << 20;

  private static final ThreadLocal<ByteBuffer> SCRATCH =
      ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(READ_BYTES));

  private final StreamConnection connection;
  private final ConduitStreamSourceChannel source;
  private final ConduitStreamSinkChannel sink;
  private final Interest interest;
  private final CommandGate gate;
  private final BytesInFlight inFlight;
  private final Session session;
  private final Output output;
  private final Pipeline pipeline = new Pipeline();
  private final Intake intake;
  private final ReturnedAnswers returned;
  private Reply lastWord;
  private boolean inputEnded;
  private boolean lingering;
  private int lingered;
  private boolean working;
  private boolean leaving;
  private int lastReads;
  private boolean closed;
  private volatile boolean unfinished;
  private volatile long lastMoveNanos;

  ClientConnection(
      StreamConnection connection,
      CommandTable table,
      CommandGate gate,
      BytesInFlight inFlight,
      int maxValueBytes,
      Session session) {
    this.connection = connection;
    this.source = connection.getSourceChannel();
    this.sink = connection.getSinkChannel();
    interest = new Interest(source, sink);
    this.gate = gate;
    this.inFlight = inFlight;
    this.session = session;
    intake = new Intake(this, table, pipeline, inFlight, maxValueBytes, this::hasRoom);
    output = new Output(inFlight);
    returned = new ReturnedAnswers(connection.getIoThread(), this::takeReturned);
    lastMoveNanos = System.nanoTime();
  }

  /** Begins to serve; on the connection's thread. */
  void open(Runnable onClosed) {
    connection.setCloseListener(
        channel -> {
          release();
          onClosed.run();
        });
    source.setReadListener(channel -> guarded(this::onReadable));
    sink.setWriteListener(channel -> guarded(this::goOn));
    interest.set(true, false);
  }

  Session session() {
    return session;
  }

  private interface Step {
    void run() throws IOException;
  }

  /** Runs a step; whatever goes wrong in it ends this connection and nothing else. */
  private void guarded(Step step) {
    if (closed) {
      return;
    }
    try {
      step.run();
    } catch (IOException e) {
      IoUtils.safeClose(connection);
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "a connection is closed: serving it failed", e);
      IoUtils.safeClose(connection);
    }
  }

  private void onReadable() throws IOException {
    ByteBuffer scratch = SCRATCH.get();
    for (int i = 0; i < READS_A_ROUND && isReading(); i++) {
      scratch.clear();
      int count = source.read(scratch);
      if (count == 0) {
        break;
      }
      if (count < 0) {
        inputEnded = true;
        break;
      }
      lastMoveNanos = System.nanoTime();
      scratch.flip();
      if (lingering) {
        lingered += count;
        inputEnded = lingered > LINGER_BYTES;
      } else {
        takeIn(() -> intake.add(scratch));
      }
      if (count < READ_BYTES) {
        break;
      }
    }
    goOn();
  }

  private boolean isReading() {
    return !inputEnded && (lingering || intake.isEmpty() && hasRoom());
  }

  private boolean hasRoom() {
    return lastWord == null
        && !session.isEnding()
        && !pipeline.isFull()
        && output.pendingBytes() < MAX_PENDING_BYTES;
  }

  /** Sends what is answered and begins what may begin, until neither changes anything. */
  private void goOn() throws IOException {
    do {
      send();
    } while (takeIn(intake::beginMore) || leavesNow());
    boolean mustWrite = output.pendingBytes() > 0;
    if (!mustWrite && endIfDone()) {
      return;
    }
    interest.set(isReading(), mustWrite);
    unfinished = mustWrite || intake.isInTheMiddle() && !lingering;
  }

  private interface TakeIn {
    boolean begin() throws ProtocolException;
  }

  /** Whether calls began that may have been answered at once. */
  private boolean takeIn(TakeIn step) {
    working = true;
    try {
      return step.begin();
    } catch (ProtocolException e) {
      LOG.log(System.Logger.Level.DEBUG, "a connection is closed: {0}", e.getMessage());
      refuseTheRest(e);
      return true;
    } finally {
      working = false;
    }
  }

  /** Answers what came before, says what was wrong, and takes nothing more. */
  private void refuseTheRest(ProtocolException e) {
    intake.discardBytes();
    session.end();
    lastWord = e.lastReply().orElse(null);
  }

  private void send() throws IOException {
    while (true) {
      Call call;
      while (output.pendingBytes() < MAX_PENDING_BYTES
          && (call = pipeline.pollAnswered()) != null) {
        output.add(call.reply(), session.protocol(), call.charged());
      }
      if (pipeline.isEmpty() && !intake.hasWaiting() && lastWord != null) {
        output.add(lastWord, session.protocol(), 0);
        lastWord = null;
      }
      if (output.pendingBytes() == 0) {
        return;
      }
      if (output.writeTo(sink)) {
        lastMoveNanos = System.nanoTime();
      }
      if (output.pendingBytes() > 0) {
        return;
      }
    }
  }

  /** Ends the connection when there is nothing left to do for it. */
  private boolean endIfDone() throws IOException {
    if (!pipeline.isEmpty() || intake.hasWaiting() || lastWord != null || !sink.flush()) {
      return false;
    }
    if (inputEnded && (lingering || session.isEnding() || !intake.hasUnread())) {
      IoUtils.safeClose(connection);
      return true;
    }
    if (session.isEnding() && !lingering) {
      // A close with unread input would take the last reply away from the client.
      lingering = true;
      intake.discardBytes();
      sink.shutdownWrites();
      connection.getIoThread().executeAfter(this::close, LINGER_MILLIS, TimeUnit.MILLISECONDS);
    }
    return false;
  }

  /** For a call that asks the node; on this thread. */
  void ask(Call call, Command command, Consumer<Answer> then) {
    gate.submit(command, answer -> returned.add(call, answer, then));
  }

  private void takeReturned() {
    List<ReturnedAnswers.Returned> batch = returned.take();
    if (!batch.isEmpty()) {
      guarded(() -> continueCalls(batch));
    }
  }

  private void continueCalls(List<ReturnedAnswers.Returned> batch) throws IOException {
    lastMoveNanos = System.nanoTime();
    working = true;
    try {
      for (ReturnedAnswers.Returned one : batch) {
        if (!one.call().isAnswered()) {
          one.then().accept(one.answer());
        }
      }
    } finally {
      working = false;
    }
    goOn();
  }

  /** A call has its reply, which is held until it is sent. */
  void answered(Call call) {
    assert working : "answered outside of a step: " + call.spec().name();
    pipeline.answered(call);
    long bytes = Held.bytes(call.reply());
    if (inFlight.tryAcquire(bytes)) {
      call.charge(bytes);
    } else {
      call.replaceReply(
          new Reply.Failure("TRYAGAIN", "too many values are under way; try again in a moment"));
    }
  }

  /**
   * Finishes the calls it has and refuses those that come from now on; any thread.
   *
   * @param farewellMillis how long it says so to a client that goes on, before it closes
   */
  void finish(long farewellMillis) {
    onItsThread(
        () -> {
          session.refuseMore();
          connection
              .getIoThread()
              .executeAfter(() -> guarded(this::leave), farewellMillis, TimeUnit.MILLISECONDS);
        });
  }

  private void leave() throws IOException {
    leaving = true;
    goOn();
  }

  /** Ends a stop's farewell once everything that came has its answer. */
  private boolean leavesNow() throws IOException {
    if (!leaving || session.isEnding() || !pipeline.isEmpty() || !intake.isEmpty()) {
      return false;
    }
    if (!inputEnded && lastReads < MOST_LAST_READS) {
      // While the pipeline was full nothing was read; what waits in the socket has come as well.
      lastReads++;
      ByteBuffer scratch = SCRATCH.get().clear();
      int count = source.read(scratch);
      inputEnded = count < 0;
      if (count > 0) {
        scratch.flip();
        takeIn(() -> intake.add(scratch));
        return true;
      }
    }
    if (intake.isInTheMiddle()) {
      intake.discardBytes();
      lastWord = CommandTable.stopping().reply();
    }
    session.end();
    return true;
  }

  /** Answers what is not finished with an error, and closes; any thread. */
  void giveUp() {
    onItsThread(
        () -> {
          pipeline.giveUp();
          intake.refuseWaiting(CommandTable.stopping());
          leave();
        });
  }

  /** Closes a connection that has been in the middle of something for too long; any thread. */
  void closeIfStalled(long timeoutNanos) {
    if (unfinished && System.nanoTime() - lastMoveNanos > timeoutNanos) {
      LOG.log(System.Logger.Level.DEBUG, "a connection is closed: it has stopped moving");
      close();
    }
  }

  /** Any thread. */
  void close() {
    onItsThread(() -> IoUtils.safeClose(connection));
  }

  private void onItsThread(Step step) {
    try {
      connection.getIoThread().execute(() -> guarded(step));
    } catch (RejectedExecutionException e) {
      // The thread has ended, so nothing else touches the connection any more.
      IoUtils.safeClose(connection);
    }
  }

  private void release() {
    closed = true;
    intake.discard();
    output.discard();
    pipeline.clear().forEach(call -> inFlight.release(call.charged()));
    returned.clear();
  }
}
