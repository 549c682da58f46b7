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

  /** How long and how much is read and dropped so that a last error can reach the client. */
  private static final long LINGER_MILLIS = 1000;

  private static final int LINGER_BYTES = 1 << 20;

  private static final ThreadLocal<ByteBuffer> SCRATCH =
      ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(READ_BYTES));

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final StreamConnection connection;
  private final ConduitStreamSourceChannel source;
  private final ConduitStreamSinkChannel sink;
  private final CommandTable table;
  private final CommandGate gate;
  private final BytesInFlight inFlight;
  private final Session session;
  private final RequestParser parser;
  private final Output output;
  private final Pipeline pipeline = new Pipeline();
  private final ReturnedAnswers returned;
  // What was read and not yet looked at.
  private ByteBuffer unread = NOTHING;
  private Call waiting;
  private Reply lastWord;
  private boolean inputEnded;
  private boolean lingering;
  private int lingered;
  private boolean working;
  private boolean readsResumed;
  private boolean writesResumed;
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
    this.table = table;
    this.gate = gate;
    this.inFlight = inFlight;
    this.session = session;
    parser = new RequestParser(maxValueBytes, inFlight);
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
    setInterest(true, false);
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
        takeRequests(scratch);
        unread = copyOf(scratch);
      }
      if (count < READ_BYTES) {
        break;
      }
    }
    goOn();
  }

  private boolean isReading() {
    return !inputEnded && (lingering || waiting == null && !unread.hasRemaining() && hasRoom());
  }

  private boolean hasRoom() {
    return lastWord == null
        && !session.isEnding()
        && !pipeline.isFull()
        && output.pendingBytes() < MAX_PENDING_BYTES;
  }

  private static ByteBuffer copyOf(ByteBuffer rest) {
    return rest.hasRemaining() ? ByteBuffer.allocate(rest.remaining()).put(rest).flip() : NOTHING;
  }

  /** Sends what is answered and begins what may begin, until neither changes anything. */
  private void goOn() throws IOException {
    do {
      send();
    } while (beginMore());
    boolean mustWrite = output.pendingBytes() > 0;
    if (!mustWrite && endIfDone()) {
      return;
    }
    setInterest(isReading(), mustWrite);
    unfinished = mustWrite || parser.isInTheMiddle() && !lingering;
  }

  /** Changes nothing where it is as it should be: each change costs a lock and perhaps a call. */
  private void setInterest(boolean reads, boolean writes) {
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

  /** Whether calls began that may have been answered at once. */
  private boolean beginMore() {
    if (waiting == null && !pipeline.hasDue() && (!unread.hasRemaining() || !hasRoom())) {
      return false;
    }
    boolean began = takeRequests(unread);
    if (!unread.hasRemaining()) {
      unread = NOTHING;
    }
    return began;
  }

  private boolean takeRequests(ByteBuffer bytes) {
    boolean began = false;
    working = true;
    try {
      began = beginDue();
      while (waiting != null || hasRoom()) {
        if (waiting == null) {
          RequestParser.Request request = parser.next(bytes);
          if (request == null) {
            break;
          }
          waiting = table.prepare(this, request);
        }
        if (!pipeline.admits(waiting)) {
          if (!pipeline.park(waiting)) {
            break;
          }
          waiting = null;
          continue;
        }
        Call call = waiting;
        waiting = null;
        pipeline.begin(call);
        began = true;
        table.run(call);
      }
    } catch (ProtocolException e) {
      LOG.log(System.Logger.Level.DEBUG, "a connection is closed: {0}", e.getMessage());
      refuseTheRest(e);
      began = true;
    } finally {
      working = false;
    }
    return began;
  }

  private boolean beginDue() {
    boolean began = false;
    Call call;
    while ((call = pipeline.pollDue()) != null) {
      began = true;
      table.run(call);
    }
    return began;
  }

  /** Answers what came before, says what was wrong, and takes nothing more. */
  private void refuseTheRest(ProtocolException e) {
    parser.discard();
    unread = NOTHING;
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
      if (pipeline.isEmpty() && waiting == null && lastWord != null) {
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
    if (!pipeline.isEmpty() || waiting != null || lastWord != null || !sink.flush()) {
      return false;
    }
    if (inputEnded && (lingering || session.isEnding() || !unread.hasRemaining())) {
      IoUtils.safeClose(connection);
      return true;
    }
    if (session.isEnding() && !lingering) {
      // A close with unread input would take the last reply away from the client.
      lingering = true;
      unread = NOTHING;
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

  /** Takes no more requests, answers those it has, and closes; any thread. */
  void finish() {
    onItsThread(
        () -> {
          session.end();
          goOn();
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
    parser.discard();
    output.discard();
    unread = NOTHING;
    if (waiting != null) {
      inFlight.release(waiting.charged());
      waiting = null;
    }
    pipeline.clear().forEach(call -> inFlight.release(call.charged()));
    returned.clear();
  }
}
