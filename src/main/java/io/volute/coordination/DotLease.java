package io.volute.coordination;

import io.volute.causal.CausalContext;
import io.volute.causal.Dot;
import io.volute.exchange.Surroundings;
import io.volute.identity.Actor;
import io.volute.port.StoreException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Issues this node's dots, each at most once, whatever crashes.
 *
 * <p>Counters are leased: a dot is issued only below a mark that is durable already, and a restart
 * goes on from the mark. Should a dot of this node ever turn up that it has not issued, then its
 * store is not the one it left (a copy was put back behind its back); it stops issuing and takes a
 * new incarnation first.
 */
public final class DotLease {
  static final String NOTE = "lease";

  /** Dots in a lease; at most this many counters are skipped by a restart. */
  static final long LEASE_DOTS = 1 << 20;

  private final Surroundings around;

  /** The life that the home directory told of at the start; a later one may have begun since. */
  private final long homeIncarnation;

  private Actor actor;
  private long issued;
  private long leasedTo;
  private boolean waiting;

  /** This life and those before it issue no more dots, whatever notes are still under way. */
  private long outlived = -1;

  private Runnable onFirstLease = () -> {};

  /**
   * @param actor this life of the node, as far as its home directory knows
   */
  public DotLease(Surroundings around, Actor actor) {
    this.around = around;
    this.actor = actor;
    this.homeIncarnation = actor.incarnation();
    around.store().note(NOTE).ifPresent(this::resume);
  }

  /**
   * Goes on in the life that the note is of, where it began in the life that the home directory
   * tells of. Else the store is a copy, or has lost something: that life may have issued more dots,
   * and another begins, which is later even where the clock is behind.
   */
  private void resume(byte[] note) {
    ByteBuffer in = ByteBuffer.wrap(note);
    long incarnation = in.getLong();
    long to = in.getLong();
    boolean isOfHome = !in.hasRemaining() || in.getLong() == homeIncarnation;
    if (incarnation >= homeIncarnation && isOfHome) {
      actor = new Actor(actor.node(), incarnation);
      issued = to;
      leasedTo = issued;
    } else if (incarnation >= homeIncarnation) {
      actor = new Actor(actor.node(), nextIncarnation(incarnation));
    }
  }

  private long nextIncarnation(long previous) {
    long wallMillis = around.clock().wallMillis();
    return Actor.nextIncarnation(previous, wallMillis, around.dice().nextLong());
  }

  /** Takes the first lease; {@code onReady} runs when dots can be issued. */
  public void start(Runnable onReady) throws StoreException {
    onFirstLease = onReady;
    extend(actor, issued);
  }

  /** Who issues now. */
  public Actor actor() {
    return actor;
  }

  /** The last dot that was issued, or skipped by a restart, in this life. */
  public long issued() {
    return issued;
  }

  /** The next dot; empty while a lease is on its way to the disk. */
  public Optional<Dot> next() throws StoreException {
    if (!waiting && isOutlived()) {
      beginNextLife();
    } else if (!waiting && leasedTo - issued < LEASE_DOTS / 2) {
      extend(actor, leasedTo);
    }
    return issued < leasedTo ? Optional.of(new Dot(actor, ++issued)) : Optional.empty();
  }

  /** Whether a context names dots of this life that it never issued. */
  public boolean isAheadOfUs(CausalContext context) {
    return context.highest(actor) > issued;
  }

  /**
   * Notes a dot that came from elsewhere. One of this life that was never issued is proof of
   * amnesia.
   */
  public void onSeen(Dot dot) throws StoreException {
    if (dot.actor().equals(actor) && dot.counter() > issued) {
      renew();
    }
  }

  /** Takes a new incarnation. Until it is durable no dots are issued. */
  public void renew() throws StoreException {
    renewBeyond(actor.incarnation());
  }

  /**
   * Takes one that is later than this, too. While another note is under way it is remembered, and
   * done when that has arrived.
   */
  public void renewBeyond(long incarnation) throws StoreException {
    outlived = Math.max(outlived, Math.max(actor.incarnation(), incarnation));
    leasedTo = issued;
    if (!waiting) {
      beginNextLife();
    }
  }

  private boolean isOutlived() {
    return actor.incarnation() <= outlived;
  }

  private void beginNextLife() throws StoreException {
    extend(new Actor(actor.node(), nextIncarnation(outlived)), 0);
  }

  private void extend(Actor forActor, long from) throws StoreException {
    waiting = true;
    long to = from + LEASE_DOTS;
    byte[] note =
        ByteBuffer.allocate(3 * Long.BYTES)
            .putLong(forActor.incarnation())
            .putLong(to)
            .putLong(homeIncarnation)
            .array();
    long sequence = around.store().putNote(NOTE, note);
    around.stored().when(sequence, () -> onLeased(forActor, from, to), () -> waiting = false);
  }

  private void onLeased(Actor forActor, long from, long to) {
    waiting = false;
    if (!forActor.equals(actor)) {
      actor = forActor;
      issued = from;
    }
    leasedTo = to;
    if (isOutlived()) {
      // It was asked for while this note was under way.
      leasedTo = issued;
      try {
        beginNextLife();
      } catch (StoreException e) {
        // The store has reported it. The next dot that is wanted tries again.
        waiting = false;
      }
    }
    Runnable first = onFirstLease;
    onFirstLease = () -> {};
    first.run();
  }
}
