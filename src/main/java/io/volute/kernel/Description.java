package io.volute.kernel;

import io.volute.command.Answer;
import io.volute.command.Answer.MemberLine;
import io.volute.command.Answer.RingLine;
import io.volute.command.Command;
import io.volute.coordination.DotLease;
import io.volute.entropy.Sweeps;
import io.volute.exchange.Surroundings;
import io.volute.handoff.Hints;
import io.volute.identity.MemberEntry;
import io.volute.identity.MemberRecord;
import io.volute.identity.NodeId;
import io.volute.membership.Membership;
import io.volute.membership.Roster;
import io.volute.record.Mirrors;
import io.volute.record.Name;
import java.util.ArrayList;
import java.util.List;

/** What a node says of itself and of its cluster. */
final class Description {
  private final Surroundings around;
  private final Membership membership;
  private final DotLease dots;
  private final Hints hints;
  private final Sweeps sweeps;
  private final VitalSigns vitalSigns;
  private final long startedAtMillis;

  Description(
      Surroundings around,
      Membership membership,
      DotLease dots,
      Hints hints,
      Sweeps sweeps,
      VitalSigns vitalSigns) {
    this.around = around;
    this.membership = membership;
    this.dots = dots;
    this.hints = hints;
    this.sweeps = sweeps;
    this.vitalSigns = vitalSigns;
    this.startedAtMillis = around.clock().monotonicMillis();
  }

  /**
   * Describes one of them.
   *
   * @param phase where the node is in its life
   */
  Answer answer(Command.Describe describe, Answer.Phase phase) {
    if (describe instanceof Command.DescribeStatus) {
      return status(phase);
    } else if (describe instanceof Command.DescribeHealth) {
      return vitalSigns.take();
    } else if (describe instanceof Command.DescribeRing ring) {
      return ring(ring);
    }
    return membership();
  }

  private Answer status(Answer.Phase phase) {
    Roster roster = around.liveness().roster();
    long alive =
        roster.members().stream()
            .filter(member -> around.liveness().isReachable(member.id()))
            .count();
    return new Answer.Status(
        roster.self(),
        dots.actor().incarnation(),
        phase,
        around.clock().monotonicMillis() - startedAtMillis,
        roster.size(),
        (int) alive,
        around.store().keyCount(),
        around.store().valueBytes(),
        hints.count(),
        sweeps.underWay(),
        sweeps.inSyncMillis(),
        vitalSigns.moving(),
        vitalSigns.reapingWaitsFor());
  }

  private Answer membership() {
    List<MemberLine> lines = new ArrayList<>();
    lines.add(line(membership.own()));
    for (MemberRecord member : membership.all()) {
      if (!around.isSelf(member.id())) {
        lines.add(line(member));
      }
    }
    return new Answer.Membership(List.copyOf(lines));
  }

  private MemberLine line(MemberRecord member) {
    return new MemberLine(
        member.id(),
        member.entry().address(),
        around.liveness().stateOf(member.id()),
        member.entry().zone(),
        member.entry().weight(),
        around.isSelf(member.id()) ? dots.actor().incarnation() : member.incarnation(),
        member.role());
  }

  private Answer ring(Command.DescribeRing ring) {
    List<RingLine> lines = new ArrayList<>();
    if (ring.name().isPresent()) {
      Name name = ring.name().get();
      Mirrors mirrors = around.store().versions(name).mirrors().orElse(around.defaultMirrors());
      around
          .placements()
          .newest()
          .owners(name, mirrors)
          .forEach(owner -> lines.add(ringLine(owner)));
    } else {
      around.liveness().roster().owning().forEach(member -> lines.add(ringLine(member.id())));
    }
    return new Answer.Ring(ring.name(), List.copyOf(lines));
  }

  private RingLine ringLine(NodeId node) {
    MemberEntry member =
        around
            .liveness()
            .roster()
            .find(node)
            .orElseThrow(() -> new AssertionError("an owner that is not a member: " + node));
    return new RingLine(node, around.placement().shareOf(node), member.zone(), member.weight());
  }
}
