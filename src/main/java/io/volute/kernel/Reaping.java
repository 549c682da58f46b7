package io.volute.kernel;

import io.volute.causal.Dot;
import io.volute.coordination.DotLease;
import io.volute.coordination.Replica;
import io.volute.entropy.Sweeps;
import io.volute.exchange.Surroundings;
import io.volute.identity.Actor;
import io.volute.identity.Endpoint;
import io.volute.membership.Membership;
import io.volute.message.Message;
import io.volute.port.StoreException;
import io.volute.reaping.Floors;
import io.volute.reaping.Reaper;
import java.util.Optional;

/** The reaping of what is deleted, put together. */
final class Reaping {
  private record OwnDots(DotLease dots) implements Floors.Dots {
    @Override
    public Actor actor() {
      return dots.actor();
    }

    @Override
    public long issued() {
      return dots.issued();
    }

    @Override
    public Optional<Dot> next() throws StoreException {
      return dots.next();
    }
  }

  private final Floors floors;
  private final Reaper reaper;
  private final Replica replica;

  Reaping(
      Surroundings around,
      Membership membership,
      Floors floors,
      DotLease dots,
      Sweeps sweeps,
      Replica replica,
      long boot) {
    floors.use(new OwnDots(dots));
    this.floors = floors;
    this.reaper = new Reaper(around, sweeps, floors, membership::isAlone, membership::isOver, boot);
    this.replica = replica;
  }

  void start() {
    reaper.start();
  }

  Reaper reaper() {
    return reaper;
  }

  Floors floors() {
    return floors;
  }

  /** Takes it if it is about what may be reaped; else returns false. */
  boolean onMessage(Endpoint from, Message message) {
    if (message instanceof Message.Vouch vouch) {
      reaper.onVouch(from, vouch);
    } else if (message instanceof Message.Reaped reaped) {
      reaper.onReaped(from, reaped);
    } else if (message instanceof Message.Insist insist) {
      replica.onInsist(from, insist);
    } else {
      return false;
    }
    return true;
  }
}
