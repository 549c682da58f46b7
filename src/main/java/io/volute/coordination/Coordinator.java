package io.volute.coordination;

import io.volute.command.Answer;
import io.volute.command.Answer.Reason;
import io.volute.command.Command;
import io.volute.command.Condition;
import io.volute.exchange.CatchUp;
import io.volute.exchange.MissedCopies;
import io.volute.exchange.Surroundings;
import io.volute.identity.NodeId;
import io.volute.record.Mirrors;
import io.volute.record.VersionSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Takes changes from clients and sees that the right member coordinates them.
 *
 * <p>A change without a context replaces what its coordinator sees. Such changes of one key
 * therefore all go to one place, the first reachable member in the key's order: one client that
 * writes through several members, or several clients that overwrite each other, then make no
 * siblings as long as that member can be reached. A change with a context says itself what it
 * replaces, so any owner coordinates it.
 */
public final class Coordinator {
  /** Values of all changes under way together, at most. */
  private static final long BYTES_LIMIT = 64L << 20;

  private final Surroundings around;
  private final DotLease dots;
  private final MissedCopies missed;
  private final CatchUp catchUp;
  private final Forwarder forwarder;
  private int underWay;
  private long bytesUnderWay;

  public Coordinator(Surroundings around, DotLease dots, MissedCopies missed, CatchUp catchUp) {
    this.around = around;
    this.dots = dots;
    this.missed = missed;
    this.catchUp = catchUp;
    this.forwarder = new Forwarder(around, this::coordinateHere);
  }

  /** A change that a client of this node asks for. */
  public void onChange(Command.Change change, Consumer<Answer> reply) {
    Optional<Answer> refusal = refusal(change);
    if (refusal.isPresent()) {
      reply.accept(refusal.get());
      return;
    }
    long deadlineMillis =
        around.clock().monotonicMillis() + around.tuning().operationDeadlineMillis();
    if (isAnyOwnerFine(change) && isOwnerHere(change)) {
      coordinateHere(change, deadlineMillis, reply);
    } else {
      forwarder.forward(change, deadlineMillis, reply);
    }
  }

  private Optional<Answer> refusal(Command.Change change) {
    if (change.name().isSystem()) {
      return Optional.of(
          Answer.Refused.notApplied(
              Reason.FORBIDDEN, "names that begin with .membership/ are the system's"));
    }
    int limit = around.settings().maxValueBytes();
    if (around.liveness().roster().size() > 1 && sizeBytes(change) > limit) {
      return Optional.of(
          Answer.Refused.notApplied(
              Reason.TOO_LARGE,
              "the value has "
                  + sizeBytes(change)
                  + " bytes; in a cluster, up to "
                  + limit
                  + " fit in a datagram to the peers"));
    }
    return Optional.empty();
  }

  private static boolean isAnyOwnerFine(Command.Change change) {
    return change.replaces().isPresent() && change.condition() instanceof Condition.None;
  }

  private boolean isOwnerHere(Command.Change change) {
    VersionSet held = around.store().versions(change.name());
    Optional<Mirrors> asked =
        change instanceof Command.Write write ? write.mirrors() : Optional.empty();
    Mirrors mirrors = held.mirrors().or(() -> asked).orElse(around.defaultMirrors());
    List<NodeId> owners = around.placement().owners(change.name(), mirrors);
    return owners.contains(around.self());
  }

  /** A change that is this node's to coordinate: as an owner, or in an owner's stead. */
  void coordinateHere(Command.Change change, long deadlineMillis, Consumer<Answer> reply) {
    int bytes = sizeBytes(change);
    if (underWay >= around.tuning().operationsLimit() || bytesUnderWay + bytes > BYTES_LIMIT) {
      reply.accept(Overload.refusal(underWay, "changes with " + bytesUnderWay + " bytes"));
      return;
    }
    underWay++;
    bytesUnderWay += bytes;
    new ChangeOperation(
            around,
            dots,
            missed,
            catchUp,
            change,
            deadlineMillis,
            reply,
            () -> {
              underWay--;
              bytesUnderWay -= bytes;
            })
        .start();
  }

  private static int sizeBytes(Command.Change change) {
    return change instanceof Command.Write write ? write.value().sizeBytes() : 0;
  }

  /** Changes that are coordinated here now. */
  public int underWay() {
    return underWay;
  }
}
