package io.volute.coordination;

import io.volute.causal.Dot;
import io.volute.exchange.Surroundings;
import io.volute.identity.NodeId;
import io.volute.message.Message;
import io.volute.port.StoreException;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import io.volute.record.VersionedValue;
import java.util.Map;
import java.util.Optional;

/**
 * Read repair: owners that answered a read without a version that others have are sent it, as far
 * as its value is at hand. It is a courtesy that makes the next read agree sooner; what it leaves
 * out is mended by hints and sweeps.
 */
final class Repair {
  private static final int MAX_UNDER_WAY = 1000;

  private final Surroundings around;
  private final Replica replica;
  private int underWay;

  Repair(Surroundings around, Replica replica) {
    this.around = around;
    this.replica = replica;
  }

  void repair(
      Name name, VersionSet merged, Map<NodeId, VersionSet> answers, Map<Dot, Value> fetched) {
    for (Version version : merged) {
      Optional<Value> value = valueOf(name, version, fetched);
      if (value.isEmpty()) {
        continue;
      }
      VersionedValue content = new VersionedValue(version, value.get());
      answers.forEach(
          (owner, held) -> {
            if (!held.knows(version.dot())) {
              send(name, content, owner);
            }
          });
    }
  }

  private Optional<Value> valueOf(Name name, Version version, Map<Dot, Value> fetched) {
    if (version.sizeBytes() == 0) {
      return Optional.of(Value.EMPTY);
    }
    Value value = fetched.get(version.dot());
    if (value instanceof Value.Blob blob && !around.store().blobs().isWhole(blob.id())) {
      // Nobody can fetch from here what is not here; sweeps bring it from who has it.
      return Optional.empty();
    }
    return value != null ? Optional.of(value) : replica.readValue(name, version);
  }

  private void send(Name name, VersionedValue content, NodeId owner) {
    if (around.isSelf(owner)) {
      try {
        replica.keepFrom(owner, name, content);
      } catch (StoreException e) {
        // The store refuses changes and has said so; a read must not fail for it.
        return;
      }
    } else if (underWay < MAX_UNDER_WAY) {
      underWay++;
      long question =
          around
              .questions()
              .ask(
                  around.endpoint(owner),
                  id -> new Message.Replicate(id, name, content),
                  answer -> true);
      around.after(
          around.tuning().forwardPatienceMillis(),
          () -> {
            underWay--;
            around.questions().forget(question);
          });
    }
  }
}
