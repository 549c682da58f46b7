package io.volute.metrics;

import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.volute.command.Answer;

/** What a node measures of its work with its peers. For any thread. */
final class PeerMetrics {
  private final Gauge suspect;
  private final Gauge dead;
  private final Gauge multiplier;
  private final Gauge changes;
  private final Gauge moving;
  private final Gauge reachable;
  private final Gauge sinceSync;

  PeerMetrics(PrometheusRegistry registry) {
    suspect = gauge(registry, "volute_members_suspect", "Members that may have failed.");
    dead = gauge(registry, "volute_members_dead", "Members that are taken for failed.");
    multiplier =
        gauge(
            registry,
            "volute_gossip_slowdown",
            "By what failure detection is slower than usual, since this node doubts itself: 1 is"
                + " healthy, 8 the most.");
    changes =
        gauge(
            registry,
            "volute_changes_under_way",
            "Changes of clients that are not yet settled with all owners.");
    moving =
        gauge(
            registry,
            "volute_moving",
            "1 while keys move to other owners, 0 when all is in place.");
    reachable =
        Gauge.builder()
            .name("volute_peer_reachable")
            .help("1 when the peer can be reached from here.")
            .labelNames("peer")
            .register(registry);
    sinceSync =
        Gauge.builder()
            .name("volute_peer_sync_age_seconds")
            .help("Time since all keys were last compared with the peer; NaN when not yet.")
            .labelNames("peer")
            .register(registry);
  }

  private static Gauge gauge(PrometheusRegistry registry, String name, String help) {
    return Gauge.builder().name(name).help(help).register(registry);
  }

  /** One at a time, so that no scrape sees a peer twice or one that has gone. */
  synchronized void update(Answer.Health health) {
    suspect.set(health.membersSuspect());
    dead.set(health.membersDead());
    multiplier.set(health.multiplier());
    changes.set(health.changesUnderWay());
    moving.set(health.moving() ? 1 : 0);
    reachable.clear();
    sinceSync.clear();
    for (Answer.PeerHealth peer : health.peers()) {
      String name = peer.node().text();
      boolean known = peer.sinceSyncMillis().isPresent();
      reachable.labelValues(name).set(peer.reachable() ? 1 : 0);
      sinceSync
          .labelValues(name)
          .set(known ? peer.sinceSyncMillis().getAsLong() / 1e3 : Double.NaN);
    }
  }
}
