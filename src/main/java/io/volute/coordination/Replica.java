package io.volute.coordination;

import io.volute.causal.ContextBytes;
import io.volute.exchange.MissedCopies;
import io.volute.exchange.Surroundings;
import io.volute.identity.Endpoint;
import io.volute.identity.NodeId;
import io.volute.message.Message;
import io.volute.message.Message.FetchedVersion;
import io.volute.port.StoreException;
import io.volute.record.Mirrors;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import io.volute.record.VersionedValue;
import io.volute.transfer.Pulls;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a member does as the keeper of a copy: takes versions in, and says which it holds. */
public final class Replica {
  /** A part of an answer is closed once it has this many bytes; well below a datagram. */
  private static final int PART_BYTES = 32 * 1024;

  /** What a version takes on the wire besides its context, content type and value, at most. */
  private static final int VERSION_BYTES = 160;

  private final Surroundings around;
  private final DotLease dots;
  private final MissedCopies missed;
  private final Pulls pulls;

  /**
   * @param pulls where values that are blobs come from
   */
  public Replica(Surroundings around, DotLease dots, MissedCopies missed, Pulls pulls) {
    this.around = around;
    this.dots = dots;
    this.missed = missed;
    this.pulls = pulls;
  }

  public void onReplicate(Endpoint from, Message.Replicate message) {
    if (around.isMember()) {
      receive(from, message, false);
    } else {
      // The sender has not heard yet that this node counts in no quorum.
      around.wire().send(from, new Message.Replicated(message.requestId(), false));
    }
  }

  /** A member proves that we have lost a version which we took for reaped. */
  public void onInsist(Endpoint from, Message.Insist insist) {
    receive(from, new Message.Replicate(insist.requestId(), insist.name(), insist.content()), true);
  }

  /** A member brings us, as its follower, a version of a key that we follow. */
  public void onCopy(Endpoint from, Message.Copy copy) {
    if (around.followed().isFollowing(around.self(), copy.name())) {
      receive(from, new Message.Replicate(copy.requestId(), copy.name(), copy.content()), false);
    } else {
      around.wire().send(from, new Message.Replicated(copy.requestId(), false));
    }
  }

  private void receive(Endpoint from, Message.Replicate message, boolean insisted) {
    Optional<Value.Blob> lacking = lacking(message.name(), message.content());
    if (lacking.isEmpty()
        || (!insisted && isObsolete(message.name(), message.content().version()))) {
      takeUnlessObsolete(from, message, insisted);
    } else if (pulls.isUnderWay(lacking.get().id())) {
      // Repeats of the question find the transfer under way; the answer is the first one's.
      pulls.offer(lacking.get().id(), from.node());
    } else {
      pulls.pull(
          holders(from.node(), message.name(), message.content()),
          message.name(),
          lacking.get(),
          lacking.get().id(),
          arrived -> {
            if (arrived.isPresent()) {
              // Meanwhile it may have been deleted and reaped.
              takeUnlessObsolete(from, message, insisted);
              discardUnlessClaimed(arrived.get());
            } else {
              around.wire().send(from, new Message.Replicated(message.requestId(), false));
            }
          });
    }
  }

  private void takeUnlessObsolete(Endpoint from, Message.Replicate message, boolean insisted) {
    if (!insisted && isObsolete(message.name(), message.content().version())) {
      around.wire().send(from, new Message.Obsolete(message.requestId()));
    } else {
      take(from, message);
    }
  }

  /** Whether a version is unknown here because all that its key was is reaped. */
  private boolean isObsolete(Name name, Version version) {
    return !around.store().versions(name).knows(version.dot())
        && around.obsolescence().isObsolete(name, version);
  }

  /** Who has told of a version, then others to whom it belongs and who may have it by now. */
  private List<NodeId> holders(NodeId teller, Name name, VersionedValue content) {
    List<NodeId> holders = new ArrayList<>(List.of(teller));
    for (NodeId owner : around.placement().owners(name, content.version().mirrors())) {
      boolean isOther = !around.isSelf(owner) && !owner.equals(teller);
      if (isOther && around.liveness().isReachable(owner) && holders.size() < Pulls.HOLDERS_LIMIT) {
        holders.add(owner);
      }
    }
    return holders;
  }

  /** The blob that must be here before this version can be kept. */
  private Optional<Value.Blob> lacking(Name name, VersionedValue content) {
    return content.value() instanceof Value.Blob blob
            && !around.store().blobs().isWhole(blob.id())
            && !around.store().versions(name).knows(content.version().dot())
        ? Optional.of(blob)
        : Optional.empty();
  }

  /** Adds a version that a peer has, after its blob where it has one. */
  public void keepFrom(NodeId peer, Name name, VersionedValue content) throws StoreException {
    if (isObsolete(name, content.version())) {
      // Who offers it is told so when the key is exchanged.
      return;
    }
    Optional<Value.Blob> lacking = lacking(name, content);
    if (lacking.isEmpty()) {
      keep(name, content);
      return;
    }
    pulls.pull(
        holders(peer, name, content),
        name,
        lacking.get(),
        lacking.get().id(),
        arrived -> {
          if (arrived.isPresent()) {
            keepArrived(name, content);
            discardUnlessClaimed(arrived.get());
          }
        });
  }

  private void keepArrived(Name name, VersionedValue content) {
    try {
      if (!isObsolete(name, content.version())) {
        keep(name, content);
      }
    } catch (StoreException e) {
      // The store has said so itself. Nobody waits for this version: it is compared again.
      return;
    }
  }

  /** A newer version may have come first; then nobody needs it. */
  private void discardUnlessClaimed(Value.Blob blob) {
    around.store().blobs().discard(blob.id());
  }

  private void take(Endpoint from, Message.Replicate message) {
    Name name = message.name();
    try {
      keep(name, message.content());
    } catch (StoreException e) {
      around.wire().send(from, new Message.Replicated(message.requestId(), false));
      return;
    }
    passOnWhatIsNotOurs(from.node(), name);
    // Also a version that was known already may still be on its way to the disk.
    around
        .stored()
        .whenAllSoFar(
            () -> around.wire().send(from, new Message.Replicated(message.requestId(), true)),
            () -> around.wire().send(from, new Message.Replicated(message.requestId(), false)));
  }

  /** Adds a version to this node's copy, unless it is known there. */
  public void keep(Name name, VersionedValue content) throws StoreException {
    Version version = content.version();
    dots.onSeen(version.dot());
    around.obsolescence().heard(version.dot());
    VersionSet before = around.store().versions(name);
    VersionSet after = before.with(version);
    if (!before.knows(version.dot())) {
      around.stored().made(around.store().put(name, version, content.value(), after));
    }
  }

  /** A key that was left with us as a stand-in is owed to its owners. */
  private void passOnWhatIsNotOurs(NodeId from, Name name) {
    Mirrors mirrors = around.store().versions(name).mirrors().orElse(around.defaultMirrors());
    List<NodeId> owners = around.placement().owners(name, mirrors);
    if (around.isMember() && !owners.contains(around.self())) {
      owners.stream()
          .filter(owner -> !owner.equals(from))
          .forEach(owner -> missed.missed(owner, name));
    }
  }

  public void onFetch(Endpoint from, Message.Fetch message) {
    List<List<FetchedVersion>> parts = new ArrayList<>();
    List<FetchedVersion> part = new ArrayList<>();
    int partBytes = 0;
    for (Version version : around.store().versions(message.name())) {
      int bytes = sizeBytes(version);
      Optional<Value> value = Optional.empty();
      // Only the first part carries values: what does not fit is fetched one by one.
      if (message.withValues()
          && parts.isEmpty()
          && version.sizeBytes() <= PART_BYTES
          && partBytes + bytes + version.sizeBytes() <= PART_BYTES) {
        value = readValue(message.name(), version);
        bytes += (int) (long) value.map(Value::sizeBytes).orElse(0L);
      }
      if (partBytes + bytes > PART_BYTES && !part.isEmpty()) {
        parts.add(part);
        part = new ArrayList<>();
        partBytes = 0;
      }
      part.add(new FetchedVersion(version, value));
      partBytes += bytes;
    }
    parts.add(part);
    for (int i = 0; i < parts.size(); i++) {
      around
          .wire()
          .send(from, new Message.Fetched(message.requestId(), i, parts.size(), parts.get(i)));
    }
  }

  private static int sizeBytes(Version version) {
    return VERSION_BYTES
        + ContextBytes.sizeBytes(version.replaces())
        + version.contentType().length();
  }

  public void onFetchValue(Endpoint from, Message.FetchValue message) {
    Optional<Value> value =
        around
            .store()
            .versions(message.name())
            .find(message.dot())
            .flatMap(version -> readValue(message.name(), version));
    around.wire().send(from, new Message.FetchedValue(message.requestId(), value));
  }

  /** The value of a version of this node's copy; empty when it can't be read: others have it. */
  Optional<Value> readValue(Name name, Version version) {
    if (version.sizeBytes() == 0) {
      return Optional.of(Value.EMPTY);
    }
    try {
      return around.store().value(name, version.dot());
    } catch (StoreException e) {
      // A damaged value is as good as absent here; the store counts and reports the damage.
      return Optional.empty();
    }
  }
}
