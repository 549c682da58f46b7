package io.volute.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.agent.Agent;
import io.volute.agent.AgentRunner;
import io.volute.agent.Doorbell;
import io.volute.agent.Mailbox;
import io.volute.agent.Sleep;
import io.volute.identity.Endpoint;
import io.volute.identity.HostPort;
import io.volute.identity.NodeId;
import io.volute.message.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An agent that serves both a mailbox and a socket, and sleeps in the one wait for either. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DutyCycleTest {
  private final List<Node> nodes = new ArrayList<>();
  private final Map<NodeId, Endpoint> roster = new ConcurrentHashMap<>();

  @AfterEach
  void close() {
    nodes.forEach(Node::close);
  }

  @Test
  void shouldAnswerCommandsThroughAPeerWithoutADeadline() throws Exception {
    Node alice = node("alice");
    Node bob = node("bob");
    for (long i = 0; i < 2000; i++) {
      // Each round sleeps and wakes both threads: one lost wake-up, and there is no answer.
      assertTrue(alice.commands.offer(new Probe(bob.endpoint(), i)));
      assertEquals(i, alice.answers.poll(5, TimeUnit.SECONDS));
    }
  }

  private Node node(String name) throws Exception {
    Node node = new Node(new NodeId(name), roster);
    roster.put(node.self, node.endpoint());
    nodes.add(node);
    node.runner.start();
    return node;
  }

  private record Probe(Endpoint to, long requestId) {}

  private static final class Node implements Agent {
    private final NodeId self;
    private final Map<NodeId, Endpoint> roster;
    private final DatagramTransport transport;
    private final Mailbox<Probe> commands;
    private final AgentRunner runner;
    private final BlockingQueue<Long> answers = new ArrayBlockingQueue<>(16);

    Node(NodeId self, Map<NodeId, Endpoint> roster) throws Exception {
      this.self = self;
      this.roster = roster;
      this.transport = DatagramTransport.open("127.0.0.1", 0, self, 1, roster::containsKey);
      Doorbell doorbell =
          new Doorbell(
              new Sleep() {
                @Override
                public void sleep(long maxMillis) {
                  transport.await(maxMillis);
                }

                @Override
                public void wake() {
                  transport.wakeup();
                }
              });
      this.commands = new Mailbox<>(16, doorbell);
      this.runner = new AgentRunner(this, doorbell, (role, failure) -> failure.printStackTrace());
    }

    Endpoint endpoint() {
      return new Endpoint(self, new HostPort("127.0.0.1", transport.localAddress().getPort()));
    }

    @Override
    public String roleName() {
      return "node " + self;
    }

    @Override
    public int doWork() {
      int work = transport.poll(this::onMessage, 32);
      work += commands.drain(32, this::onCommand);
      transport.flush();
      return work;
    }

    private void onCommand(Probe probe) {
      transport.send(probe.to(), new Message.Probe(probe.requestId()));
    }

    private void onMessage(NodeId from, Message message) {
      if (message instanceof Message.Probe probe) {
        transport.send(roster.get(from), new Message.ProbeAck(probe.requestId()));
      } else if (message instanceof Message.ProbeAck ack) {
        answers.add(ack.requestId());
      }
    }

    @Override
    public boolean hasWork() {
      return commands.hasMail();
    }

    @Override
    public long restMillis() {
      return TimeUnit.HOURS.toMillis(1);
    }

    @Override
    public void onClose() {
      transport.close();
    }

    void close() {
      assertTrue(runner.close(5000));
    }
  }
}
