package io.volute.coordination;

import io.volute.command.Answer;
import io.volute.command.Answer.Reason;
import io.volute.command.Command;
import io.volute.command.Condition;
import io.volute.exchange.CatchUp;
import io.volute.exchange.MissedCopies;
import io.volute.exchange.NewVersions;
import io.volute.exchange.Surroundings;
import io.volute.identity.NodeId;
import io.volute.record.Mirrors;
import io.volute.record.Value;
import io.volute.record.VersionSet;
import io.volute.transfer.Uploads;
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

  private static final long RETRY_AFTER_MILLIS = 1000;

  private final Surroundings around;
  private final DotLease dots;
  private final MissedCopies missed;
  private final CatchUp catchUp;
  private final NewVersions onMade;
  private final Uploads uploads;
  private final Forwarder forwarder;
  private int underWay;
  private long bytesUnderWay;

  /**
   * @param onMade is told of each version that is made here
   * @param uploads where values that are blobs come from
   */
  public Coordinator(
      Surroundings around,
      DotLease dots,
      MissedCopies missed,
      CatchUp catchUp,
      NewVersions onMade,
      Uploads uploads) {
    this.around = around;
    this.dots = dots;
    this.missed = missed;
    this.catchUp = catchUp;
    this.onMade = onMade;
    this.uploads = uploads;
    this.forwarder = new Forwarder(around, this::coordinateHere);
  }

  /** A change that a client of this node asks for. */
  public void onChange(Command.Change change, Consumer<Answer> reply) {
    Optional<Value.Blob> blob = blobOf(change);
    if (blob.isEmpty()) {
      begin(change, reply);
      return;
    }
    Optional<Answer.Refused> unknown = uploads.use(blob.get());
    if (unknown.isPresent()) {
      reply.accept(unknown.get());
      return;
    }
    begin(
        change,
        answer -> {
          // Where the change has been made here, its version has claimed the blob: it stays.
          around.store().blobs().discard(blob.get().id());
          reply.accept(answer);
        });
  }

  private static Optional<Value.Blob> blobOf(Command.Change change) {
    return change instanceof Command.Write write && write.value() instanceof Value.Blob blob
        ? Optional.of(blob)
        : Optional.empty();
  }

  private void begin(Command.Change change, Consumer<Answer> reply) {
    Optional<Answer> refusal = refusal(change);
    if (refusal.isPresent()) {
      reply.accept(refusal.get());
      return;
    }
    long deadlineMillis =
        around.clock().monotonicMillis()
            + around.tuning().operationDeadlineMillis()
            + around.settings().blobs().allowanceMillis(sizeBytes(change));
    if (isAnyOwnerFine(change) && isOwnerHere(change)) {
      forwarder.keep(change, deadlineMillis, reply);
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
    boolean inChunks =
        blobOf(change).isPresent() && limit >= around.settings().blobs().chunkBytes();
    if (around.liveness().roster().size() > 1 && !inChunks && sizeBytes(change) > limit) {
      return Optional.of(
          Answer.Refused.notApplied(
              Reason.TOO_LARGE,
              "the value has "
                  + sizeBytes(change)
                  + " bytes; in a cluster, allowed are up to "
                  + limit
                  + ", which fit in a message to the peers"));
    }
    return Optional.empty();
  }

  private static boolean isAnyOwnerFine(Command.Change change) {
    return change.replaces().isPresent() && change.condition() instanceof Condition.None;
  }

  private boolean isOwnerHere(Command.Change change) {
    return ownersOf(change).contains(around.self());
  }

  private List<NodeId> ownersOf(Command.Change change) {
    return around.placement().owners(change.name(), mirrorsOf(around, change));
  }

  /** The mirror count of a change's key, as far as it is known here. */
  static Mirrors mirrorsOf(Surroundings around, Command.Change change) {
    VersionSet held = around.store().versions(change.name());
    Optional<Mirrors> asked =
        change instanceof Command.Write write ? write.mirrors() : Optional.empty();
    return held.mirrors().or(() -> asked).orElse(around.defaultMirrors());
  }

  /**
   * Owners to which so much is under way that more would only wait. One that stands still must not
   * stop the others; when they are no majority any more, the client had better wait instead.
   */
  private Optional<Answer> crowded(Command.Change change) {
    if (around.liveness().roster().size() == 1) {
      return Optional.empty();
    }
    List<NodeId> owners = ownersOf(change);
    int crowded = 0;
    for (NodeId each : owners) {
      boolean isCrowded =
          !around.isSelf(each)
              && around.liveness().isReachable(each)
              && !around.wire().hasRoom(each);
      crowded += isCrowded ? 1 : 0;
    }
    return 2 * (owners.size() - crowded) > owners.size()
        ? Optional.empty()
        : Optional.of(
            Overload.refusal(
                "more is under way than the network takes to "
                    + crowded
                    + " of "
                    + owners.size()
                    + " owners of the key"));
  }

  /** A change that is this node's to coordinate: as an owner, or in an owner's stead. */
  void coordinateHere(Command.Change change, long deadlineMillis, Consumer<Answer> reply) {
    if (!around.isMember()) {
      // Who has not heard of this node's role yet may think so; its word would count for nothing.
      reply.accept(
          new Answer.Refused(
              Reason.UNAVAILABLE,
              around.self()
                  + " coordinates no changes, it is a "
                  + around.roleOf(around.self()).text(),
              Answer.Outcome.NOT_APPLIED,
              RETRY_AFTER_MILLIS));
      return;
    }
    long bytes = blobOf(change).isPresent() ? 0 : sizeBytes(change);
    if (underWay >= around.tuning().operationsLimit() || bytesUnderWay + bytes > BYTES_LIMIT) {
      reply.accept(Overload.refusal(underWay, "changes with " + bytesUnderWay + " bytes"));
      return;
    }
    Optional<Answer> crowded = crowded(change);
    if (crowded.isPresent()) {
      reply.accept(crowded.get());
      return;
    }
    underWay++;
    bytesUnderWay += bytes;
    new ChangeOperation(
            around,
            dots,
            missed,
            catchUp,
            onMade,
            change,
            deadlineMillis,
            reply,
            () -> {
              underWay--;
              bytesUnderWay -= bytes;
            })
        .start();
  }

  private static long sizeBytes(Command.Change change) {
    return change instanceof Command.Write write ? write.value().sizeBytes() : 0;
  }

  /** Changes that are coordinated here now. */
  public int underWay() {
    return underWay;
  }
}
