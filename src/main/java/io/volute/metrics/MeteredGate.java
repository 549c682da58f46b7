package io.volute.metrics;

import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.command.CommandGate;
import java.util.function.Consumer;

/** Counts and times what passes between the doors and the node. For any thread. */
public final class MeteredGate implements CommandGate {
  private final CommandGate gate;
  private final NodeMetrics metrics;
  private final DiskProbe disk;
  private final WorkProbe work;

  public MeteredGate(CommandGate gate, String programVersion, DiskProbe disk, WorkProbe work) {
    this.work = work;
    this.gate = gate;
    this.disk = disk;
    this.metrics = new NodeMetrics(programVersion);
  }

  @Override
  public void submit(Command command, Consumer<Answer> reply) {
    long started = System.nanoTime();
    String name = CommandName.of(command);
    gate.submit(
        command,
        answer -> {
          metrics.onAnswered(name, answer, System.nanoTime() - started);
          reply.accept(answer);
        });
  }

  private void finish(Answer scrub, Consumer<byte[]> whenThere) {
    if (scrub instanceof Answer.Scrubbed scrubbed) {
      metrics.update(scrubbed);
    }
    metrics.update(disk);
    metrics.update(work);
    whenThere.accept(metrics.text());
  }

  /**
   * Gathers all metrics, in the text format 0.0.4 of Prometheus. The node is asked for its part, as
   * anybody would.
   *
   * @param whenThere runs once, on any thread
   */
  public void scrape(Consumer<byte[]> whenThere) {
    gate.submit(
        new Command.DescribeStatus(),
        answer -> {
          // A node with too much to do gives no status; what is counted here is there all the same.
          if (answer instanceof Answer.Status status) {
            metrics.update(status);
          }
          gate.submit(
              new Command.DescribeHealth(),
              health -> {
                if (health instanceof Answer.Health one) {
                  metrics.update(one);
                }
                gate.submit(new Command.Scrub(false), scrub -> finish(scrub, whenThere));
              });
        });
  }
}
