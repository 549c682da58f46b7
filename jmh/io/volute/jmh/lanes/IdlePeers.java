package io.volute.jmh.lanes;

import io.aeron.Aeron;
import io.aeron.Publication;
import io.aeron.driver.MediaDriver;
import io.volute.identity.NodeId;
import io.volute.message.Message;
import io.volute.record.Value;
import io.volute.transport.PeerTransport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What it costs to know peers and say nothing to them. */
final class IdlePeers {
  private static final int PEERS = 5;
  private static final int MANY_PEERS = 50;
  private static final long REST_MILLIS = 1000;
  private static final NodeId HUB = new NodeId("hub");

  private IdlePeers() {}

  static void show(long millis) throws Exception {
    tcp(millis);
    aeron(millis);
    volute(millis);
    show("tcp", "connection's end on the heap, without buffers", heapPerTcpEnd());
    show("volute", "session's end on the heap", heapPerEnd());
  }

  private static void show(String name, String what, long bytes) {
    System.out.printf(Locale.ROOT, "%-7s %,d bytes a %s%n", name, bytes, what);
  }

  private static void showCpu(String name, long cpuNanos, long nanos) {
    System.out.printf(
        Locale.ROOT,
        "%-7s idle, %d peers: %.2f %% of a core%n",
        name,
        PEERS,
        100.0 * cpuNanos / nanos);
  }

  private static List<PeerTransport> open(int peers) throws Exception {
    List<PeerTransport> all = new ArrayList<>(List.of(VoluteLane.open(HUB, true)));
    for (int i = 1; i <= peers; i++) {
      all.add(VoluteLane.open(new NodeId("peer" + i), true));
    }
    return all;
  }

  /** Each peer says something to the hub, and the hub to each. */
  private static void meet(List<PeerTransport> all) throws Exception {
    Message hello = new Message.FetchedValue(1, Optional.of(Value.of(new byte[100])));
    int[] arrived = {0};
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    for (int i = 1; i < all.size(); i++) {
      all.get(i).send(VoluteLane.endpoint(HUB, all.get(0)), hello);
      all.get(0).send(VoluteLane.endpoint(new NodeId("peer" + i), all.get(i)), hello);
    }
    while (arrived[0] < 2 * (all.size() - 1) && System.nanoTime() < end) {
      for (PeerTransport each : all) {
        each.poll((from, message) -> arrived[0]++, 128);
        each.flush();
      }
    }
    if (arrived[0] < 2 * (all.size() - 1)) {
      throw new AssertionError("only " + arrived[0] + " arrived");
    }
  }

  private static void tcp(long millis) throws Exception {
    try (IdleTcp all = new IdleTcp(PEERS)) {
      all.rest(REST_MILLIS);
      measureCpu("tcp", millis);
    }
  }

  private static void measureCpu(String name, long millis) throws InterruptedException {
    TimeUnit.SECONDS.sleep(2);
    long cpu = TransportBaseline.cpuNanos();
    long begun = System.nanoTime();
    TimeUnit.MILLISECONDS.sleep(3 * millis);
    showCpu(name, TransportBaseline.cpuNanos() - cpu, System.nanoTime() - begun);
  }

  private static void volute(long millis) throws Exception {
    List<PeerTransport> all = open(PEERS);
    meet(all);
    boolean[] closing = {false};
    List<Thread> threads = new ArrayList<>();
    for (PeerTransport each : all) {
      Thread thread =
          new Thread(
              () -> {
                while (!Thread.currentThread().isInterrupted() && !closing[0]) {
                  VoluteLane.turn(each, (from, message) -> {}, REST_MILLIS);
                }
              });
      threads.add(thread);
      thread.start();
    }
    measureCpu("volute", millis);
    closing[0] = true;
    for (int i = 0; i < all.size(); i++) {
      all.get(i).wakeup();
      threads.get(i).join();
      all.get(i).close();
    }
  }

  private static void aeron(long millis) throws Exception {
    try (MediaDriver driver = AeronLane.driver();
        Aeron aeron =
            Aeron.connect(new Aeron.Context().aeronDirectoryName(driver.aeronDirectoryName()))) {
      for (int i = 0; i < PEERS; i++) {
        String channel = AeronLane.channel(25811 + i);
        aeron.addSubscription(channel, 1);
        Publication publication = aeron.addPublication(channel, 1);
        AeronLane.awaitConnected(publication);
      }
      measureCpu("aeron", millis);
      long bytes = sizeOf(Path.of(driver.aeronDirectoryName()));
      show("aeron", "connection in buffers (mapped; as large as they are set)", bytes / PEERS);
    }
  }

  private static long sizeOf(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(path -> path.toString().endsWith(".logbuffer"))
          .mapToLong(path -> path.toFile().length())
          .sum();
    }
  }

  private static long heapPerEnd() throws Exception {
    List<PeerTransport> all = open(MANY_PEERS);
    long before = heap();
    meet(all);
    long after = heap();
    for (PeerTransport each : all) {
      each.close();
    }
    return (after - before) / (2 * MANY_PEERS);
  }

  private static long heapPerTcpEnd() throws Exception {
    long before = heap();
    try (IdleTcp all = new IdleTcp(MANY_PEERS)) {
      return (heap() - before) / all.ends();
    }
  }

  private static long heap() throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      System.gc();
      TimeUnit.MILLISECONDS.sleep(100);
    }
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
