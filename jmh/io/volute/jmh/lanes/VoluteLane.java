package io.volute.jmh.lanes;

import io.volute.identity.Endpoint;
import io.volute.identity.HostPort;
import io.volute.identity.NodeId;
import io.volute.message.Message;
import io.volute.record.Value;
import io.volute.transport.MessageHandler;
import io.volute.transport.PeerTransport;
import io.volute.transport.ReliableTransport;
import io.volute.transport.seal.Checksum;
import io.volute.transport.seal.ClusterKeys;
import io.volute.transport.seal.Guard;
import io.volute.transport.seal.KeyGuard;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The transport of this project, with all that it does: messages are encoded and decoded. */
final class VoluteLane implements Lane {
  private static final NodeId NEAR = new NodeId("near");
  private static final NodeId FAR = new NodeId("far");
  private static final int DATAGRAMS_A_TURN = 128;
  private static final long LONGEST_REST_MILLIS = 10;

  private final PeerTransport near;
  private final PeerTransport far;
  private final Endpoint toNear;
  private final Endpoint toFar;
  private final Thread answering = new Thread(this::answer, "volute far end");
  private final Map<Integer, Value> values = new ConcurrentHashMap<>();
  private volatile boolean closing;

  VoluteLane(boolean sealed) throws Exception {
    near = open(NEAR, sealed);
    far = open(FAR, sealed);
    toNear = endpoint(NEAR, near);
    toFar = endpoint(FAR, far);
    answering.start();
  }

  static PeerTransport open(NodeId node, boolean sealed) throws Exception {
    byte[] key = "k".repeat(ClusterKeys.MIN_BYTES).getBytes(StandardCharsets.US_ASCII);
    Guard guard = sealed ? new KeyGuard(ClusterKeys.parse(key)) : new Checksum();
    return ReliableTransport.open("127.0.0.1", 0, node, guard, peer -> true);
  }

  static Endpoint endpoint(NodeId node, PeerTransport transport) {
    return new Endpoint(node, new HostPort("127.0.0.1", transport.localAddress().getPort()));
  }

  private Value value(int length) {
    return values.computeIfAbsent(length, size -> Value.of(new byte[size]));
  }

  @Override
  public boolean send(long number, int length) {
    if (!near.hasRoom(FAR)) {
      return false;
    }
    near.send(toFar, new Message.FetchedValue(number, Optional.of(value(length))));
    return true;
  }

  @Override
  public void turn(Answers answers) {
    near.flush();
    turn(
        near,
        (from, message) -> answers.onAnswer(((Message.FetchedValue) message).requestId()),
        LONGEST_REST_MILLIS);
  }

  static void turn(PeerTransport transport, MessageHandler takes, long most) {
    if (transport.poll(takes, DATAGRAMS_A_TURN) > 0 || transport.restMillis() <= 0) {
      transport.flush();
    } else {
      transport.await(Math.min(most, transport.restMillis()));
    }
  }

  private void answer() {
    while (!closing) {
      turn(far, this::onQuestion, LONGEST_REST_MILLIS);
    }
    far.close();
  }

  private void onQuestion(NodeId from, Message message) {
    Message.FetchedValue asked = (Message.FetchedValue) message;
    int length = (int) asked.value().orElseThrow().sizeBytes();
    Value answer = value(Lane.answerBytes(length));
    far.send(toNear, new Message.FetchedValue(asked.requestId(), Optional.of(answer)));
  }

  @Override
  public void close() throws InterruptedException {
    closing = true;
    far.wakeup();
    answering.join();
    near.close();
  }
}
