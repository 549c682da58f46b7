package io.volute.jmh;

import io.volute.command.AckLevel;
import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.command.Condition;
import io.volute.identity.NodeId;
import io.volute.placement.PartitionPlacement;
import io.volute.placement.Placement;
import io.volute.port.StoreException;
import io.volute.record.Name;
import io.volute.record.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Setup;

/** All that the cores do for one blind overwrite of 100 bytes with w=quorum, nothing else. */
public class KernelWriteBenchmark extends ShortRun {
  private static final int KEYS = 1024;
  private static final Value VALUE = Samples.value(100);
  private static final NodeId ASKED = Samples.node(1);

  /** A cluster, and writes that its first member is asked for in turn. */
  private static final class Load {
    private final MemoryCluster cluster;
    private final List<Command.Write> writes = new ArrayList<>(KEYS);
    private int next;
    private Answer answer;

    Load(int members, Predicate<NodeId> coordinator) throws StoreException {
      cluster = new MemoryCluster(members);
      Placement placement = new PartitionPlacement(Samples.members(members));
      for (int number = 0; writes.size() < KEYS; number++) {
        Name name = Samples.numberedName(number);
        if (coordinator.test(placement.preference(name).get(0))) {
          writes.add(write(name));
        }
      }
    }

    private static Command.Write write(Name name) {
      return new Command.Write(
          name, VALUE, "", Optional.empty(), Optional.empty(), 0, AckLevel.QUORUM, Condition.NONE);
    }

    Answer writeNext() {
      answer = null;
      cluster.command(ASKED, writes.get(next++ % KEYS), given -> answer = given);
      if (!(answer instanceof Answer.Written)) {
        throw new AssertionError("not written: " + answer);
      }
      return answer;
    }
  }

  private Load oneNode;
  private Load threeNodes;
  private Load threeNodesForwarded;

  @Setup
  public void prepare() throws StoreException {
    oneNode = new Load(1, coordinator -> true);
    threeNodes = new Load(3, ASKED::equals);
    threeNodesForwarded = new Load(3, coordinator -> !coordinator.equals(ASKED));
  }

  @Benchmark
  public Answer oneNode() {
    return oneNode.writeNext();
  }

  /** The asked member is the key's first owner: two round trips in one write, at the same time. */
  @Benchmark
  public Answer threeNodes() {
    return threeNodes.writeNext();
  }

  /** Another member is, so the change is forwarded to it. */
  @Benchmark
  public Answer threeNodesForwarded() {
    return threeNodesForwarded.writeNext();
  }
}
