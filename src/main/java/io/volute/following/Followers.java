package io.volute.following;

import io.volute.exchange.NewVersions;
import io.volute.exchange.Surroundings;
import io.volute.exchange.Timers;
import io.volute.identity.Endpoint;
import io.volute.identity.MemberEntry;
import io.volute.identity.NodeId;
import io.volute.identity.Role;
import io.volute.membership.Liveness;
import io.volute.membership.Roster;
import io.volute.message.Message;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.VersionedValue;
import io.volute.settings.NetworkTuning;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * The followers of this node: brings them each version that it makes, at once, and everything else
 * by comparing keys when they begin to follow, come back, or have missed something.
 *
 * <p>Each change has one coordinator. When every coordinator says that a follower has all of its
 * changes up to some moment, the follower has all changes up to then; see {@link Following}. What a
 * coordinator that is lost did not bring any more is found by its peers, who compare keys then.
 *
 * <p>Bounded: {@value #MAX_UNDER_WAY} versions and {@value #MAX_BYTES_UNDER_WAY} bytes are on their
 * way to a follower at the same time. One that can't keep up with that is compared with instead.
 */
public final class Followers implements NewVersions, Liveness.Observer, Roster.Observer {
  /** Has this node's keys compared with a peer. */
  public interface Comparing {
    /** From the first key to the last, as soon as the peer can be reached. */
    void sweep(NodeId peer);

    /** How long ago that was last done; empty when it was not yet. */
    OptionalLong sinceSweptMillis(NodeId peer);
  }

  static final int MAX_UNDER_WAY = 1024;
  static final long MAX_BYTES_UNDER_WAY = 8L << 20;
  private static final long NEVER = Long.MAX_VALUE;

  /** A version on its way. */
  private static final class Push {
    final long sinceMillis;
    final long bytes;
    long question;
    Timers.Timer patience;

    Push(long sinceMillis, long bytes) {
      this.sinceMillis = sinceMillis;
      this.bytes = bytes;
    }
  }

  private final Surroundings around;
  private final Comparing comparing;
  private final Map<NodeId, Follower> followers = new TreeMap<>();

  public Followers(Surroundings around, Comparing comparing) {
    this.around = around;
    this.comparing = comparing;
  }

  /** A follower says what it wants, and asks how far behind it may be. */
  public void onFollow(Endpoint from, Message.Follow message) {
    if (!around.isMember() || around.roleOf(from.node()) != Role.FOLLOWER) {
      return;
    }
    Follower follower = followers.computeIfAbsent(from.node(), Follower::new);
    if (around.followed().follow(from.node(), message.prefixes())) {
      follower.beginAnew();
    }
    long behindMillis = follower.behindMillis();
    around.wire().send(from, new Message.Followed(message.requestId(), behindMillis));
  }

  @Override
  public void made(Name name, VersionedValue content) {
    for (NodeId follower : around.followed().followersOf(name)) {
      Follower known = followers.get(follower);
      if (known != null) {
        known.bring(name, content);
      }
    }
  }

  @Override
  public void onPeerReachable(NodeId peer) {
    // It asks soon, and its first question finds out what is to be done.
  }

  @Override
  public void onPeerUnreachable(NodeId peer) {
    Follower lost = followers.get(peer);
    if (lost != null) {
      lost.giveUpAll();
      return;
    }
    // What a lost member made last may be here and at no follower. It was alive some time ago.
    NetworkTuning network = around.settings().network();
    long noticedLateMillis = 2 * (network.contactTimeoutMillis() + network.probeIntervalMillis());
    long since = around.clock().monotonicMillis() - noticedLateMillis;
    followers.values().forEach(follower -> follower.missed(since));
  }

  @Override
  public void onRosterChanged(Roster before, Roster after) {
    for (MemberEntry peer : before.peers()) {
      boolean follows =
          after.record(peer.id()).filter(record -> record.role() == Role.FOLLOWER).isPresent();
      Follower known = follows ? null : followers.remove(peer.id());
      if (known != null) {
        known.giveUpAll();
        around.followed().forget(peer.id());
      }
    }
  }

  private final class Follower {
    private final NodeId id;
    private final Map<Long, Push> underWay = new LinkedHashMap<>();
    private long bytesUnderWay;
    private long pushes;

    /** Since when something may be lacking there; {@link #NEVER} for nothing. */
    private long lacksSinceMillis;

    /** The same for what was missed after the comparison began that is under way. */
    private long lacksNextMillis = NEVER;

    /** When that comparison began; {@link #NEVER} when none is under way. */
    private long comparingSinceMillis = NEVER;

    private boolean broughtAll;

    Follower(NodeId id) {
      this.id = id;
    }

    void beginAnew() {
      giveUpAll();
      broughtAll = false;
      lacksNextMillis = NEVER;
      comparingSinceMillis = NEVER;
      lacksSinceMillis = around.clock().monotonicMillis();
    }

    void bring(Name name, VersionedValue content) {
      long now = around.clock().monotonicMillis();
      long bytes = content.value() instanceof Value.Inline inline ? inline.sizeBytes() : 0;
      boolean full =
          underWay.size() >= MAX_UNDER_WAY || bytesUnderWay + bytes > MAX_BYTES_UNDER_WAY;
      if (full || !around.liveness().isReachable(id)) {
        missed(now);
        return;
      }
      long number = pushes++;
      Push push = new Push(now, bytes);
      underWay.put(number, push);
      bytesUnderWay += bytes;
      long patienceMillis =
          around.tuning().operationDeadlineMillis()
              + around.settings().blobs().allowanceMillis(content.value().sizeBytes());
      push.patience = around.after(patienceMillis, () -> end(number, false));
      push.question =
          around
              .questions()
              .ask(
                  around.endpoint(id),
                  question -> new Message.Copy(question, name, content),
                  answer -> {
                    end(number, answer instanceof Message.Replicated kept && kept.stored());
                    return true;
                  });
    }

    private void end(long number, boolean kept) {
      Push push = underWay.remove(number);
      if (push == null) {
        return;
      }
      push.patience.cancel();
      around.questions().forget(push.question);
      bytesUnderWay -= push.bytes;
      if (!kept) {
        missed(push.sinceMillis);
      }
    }

    void giveUpAll() {
      List.copyOf(underWay.keySet()).forEach(number -> end(number, false));
    }

    void missed(long sinceMillis) {
      if (comparingSinceMillis == NEVER) {
        lacksSinceMillis = Math.min(lacksSinceMillis, sinceMillis);
      } else {
        lacksNextMillis = Math.min(lacksNextMillis, sinceMillis);
      }
    }

    /** How long ago everything that there was here was there as well; −1 before the first time. */
    long behindMillis() {
      compare();
      if (!broughtAll) {
        return -1;
      }
      long now = around.clock().monotonicMillis();
      long oldest = Math.min(now, Math.min(lacksSinceMillis, lacksNextMillis));
      for (Push push : underWay.values()) {
        return now - Math.min(oldest, push.sinceMillis);
      }
      return now - oldest;
    }

    /** Begins what is needed, and notes what is done. */
    private void compare() {
      long now = around.clock().monotonicMillis();
      OptionalLong since = comparing.sinceSweptMillis(id);
      long sweptAtMillis = since.isPresent() ? now - since.getAsLong() : -1;
      if (comparingSinceMillis != NEVER && sweptAtMillis >= comparingSinceMillis) {
        broughtAll = true;
        lacksSinceMillis = lacksNextMillis;
        lacksNextMillis = NEVER;
        comparingSinceMillis = NEVER;
      }
      // One that ended in this very millisecond could not be told from the one that begins.
      boolean tellable = sweptAtMillis < now;
      if (comparingSinceMillis == NEVER && lacksSinceMillis != NEVER && tellable) {
        comparingSinceMillis = now;
        comparing.sweep(id);
      }
    }
  }
}
