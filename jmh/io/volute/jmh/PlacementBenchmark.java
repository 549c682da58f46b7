package io.volute.jmh;

import io.volute.identity.MemberEntry;
import io.volute.identity.NodeId;
import io.volute.placement.PartitionPlacement;
import io.volute.placement.Placement;
import io.volute.record.Mirrors;
import io.volute.record.Name;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** Who owns a key; asked several times for each command, and worked out once for a roster. */
public class PlacementBenchmark extends ShortRun {
  private static final Mirrors MIRRORS = new Mirrors(3);

  @Param({"3", "16", "64"})
  private int members;

  private List<MemberEntry> roster;
  private Placement placement;
  private Name name;

  @Setup
  public void prepare() {
    roster = Samples.members(members);
    placement = new PartitionPlacement(roster);
    name = Samples.numberedName(7);
  }

  @Benchmark
  public List<NodeId> owners() {
    return placement.owners(name, MIRRORS);
  }

  @Benchmark
  public Placement build() {
    return new PartitionPlacement(roster);
  }
}
