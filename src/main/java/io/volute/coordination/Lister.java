package io.volute.coordination;

import io.volute.causal.ContextBytes;
import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.exchange.Surroundings;
import io.volute.exchange.Timers;
import io.volute.identity.Endpoint;
import io.volute.identity.MemberEntry;
import io.volute.message.Message;
import io.volute.message.Message.HeldKey;
import io.volute.port.Store.NamedVersions;
import io.volute.port.StoreException;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Answers listings, of this member alone or of the cluster.
 *
 * <p>A page of the cluster's keys is put together from a page of each reachable member; it ends
 * where the first of these pages ends, and the next one begins there. Nothing is remembered between
 * pages. Keys of which no holder can be reached are not listed.
 */
public final class Lister {
  /** A page for another member is closed once it has this many bytes. */
  private static final int PAGE_BYTES = 32 * 1024;

  /** What a version takes besides its context and content type, at most. */
  private static final int VERSION_BYTES = 160;

  private final Surroundings around;
  private int underWay;

  public Lister(Surroundings around) {
    this.around = around;
  }

  public void onList(Command.ListKeys list, Consumer<Answer> reply) {
    if (list.scope() == Command.Scope.LOCAL) {
      reply.accept(Listing.page(around.store(), list, around.clock().wallMillis()));
    } else if (underWay >= around.tuning().operationsLimit()) {
      reply.accept(Overload.refusal(underWay, "listings"));
    } else {
      underWay++;
      new ClusterPage(list, reply).start();
    }
  }

  /** Another member puts a page together. */
  public void onListHeld(Endpoint from, Message.ListHeld message) {
    byte[] prefix = message.prefix().bytes();
    int limit = Math.min(message.limit(), Command.ListKeys.MAX_PAGE);
    List<HeldKey> keys = new ArrayList<>();
    List<NamedVersions> page;
    try {
      page = around.store().list(prefix, message.after(), limit);
    } catch (StoreException e) {
      // Asked again until the names are whole, or the listing fails: part of them is no answer.
      return;
    }
    int bytes = 0;
    for (NamedVersions key : page) {
      if (bytes > PAGE_BYTES) {
        break;
      }
      bytes += key.name().sizeBytes();
      for (Version version : key.versions()) {
        bytes += VERSION_BYTES + ContextBytes.sizeBytes(version.replaces());
        bytes += version.contentType().length();
      }
      keys.add(new HeldKey(key.name(), key.versions().asList()));
    }
    boolean more = keys.size() < page.size() || page.size() == limit;
    around.wire().send(from, new Message.Listed(message.requestId(), keys, more));
  }

  private final class ClusterPage {
    private final Command.ListKeys list;
    private final Consumer<Answer> reply;
    private final TreeMap<Name, VersionSet> merged = new TreeMap<>();
    private final List<Long> questions = new ArrayList<>();
    private Timers.Timer deadline;
    private Optional<Name> horizon = Optional.empty();
    private int missing = 1;

    ClusterPage(Command.ListKeys list, Consumer<Answer> reply) {
      this.list = list;
      this.reply = reply;
    }

    void start() {
      if (!around.placement().hasOwners()) {
        underWay--;
        reply.accept(
            new Answer.Refused(
                Answer.Reason.UNAVAILABLE,
                Gathering.NOBODY_KNOWN,
                Answer.Outcome.NOT_APPLIED,
                1000));
        return;
      }
      deadline = around.after(around.tuning().operationDeadlineMillis(), this::onDeadline);
      for (MemberEntry peer : around.liveness().roster().peers()) {
        if (around.liveness().isReachable(peer.id())) {
          missing++;
          Value prefix = Value.of(list.prefix());
          questions.add(
              around
                  .questions()
                  .ask(
                      peer.endpoint(),
                      id -> new Message.ListHeld(id, prefix, list.after(), list.limit()),
                      this::onListed));
        }
      }
      try {
        addOwn();
      } catch (StoreException e) {
        giveUp(Listing.refusal(e));
        return;
      }
      oneLess();
    }

    private void addOwn() throws StoreException {
      List<NamedVersions> own = around.store().list(list.prefix(), list.after(), list.limit());
      own.forEach(key -> merged.merge(key.name(), key.versions(), VersionSet::merge));
      if (own.size() == list.limit()) {
        endsAt(own.get(own.size() - 1).name());
      }
    }

    private boolean onListed(Message answer) {
      if (!(answer instanceof Message.Listed listed)) {
        return false;
      }
      for (HeldKey key : listed.keys()) {
        merged.merge(key.name(), VersionSet.of(key.versions()), VersionSet::merge);
      }
      if (listed.more() && !listed.keys().isEmpty()) {
        endsAt(listed.keys().get(listed.keys().size() - 1).name());
      }
      oneLess();
      return true;
    }

    private void endsAt(Name name) {
      horizon = Optional.of(horizon.filter(earlier -> earlier.compareTo(name) < 0).orElse(name));
    }

    private void oneLess() {
      missing--;
      if (missing > 0) {
        return;
      }
      deadline.cancel();
      underWay--;
      List<NamedVersions> keys = new ArrayList<>();
      for (Map.Entry<Name, VersionSet> entry : merged.entrySet()) {
        boolean beyond = horizon.isPresent() && entry.getKey().compareTo(horizon.get()) > 0;
        if (beyond || keys.size() == list.limit()) {
          horizon = Optional.of(keys.get(keys.size() - 1).name());
          break;
        }
        keys.add(new NamedVersions(entry.getKey(), entry.getValue()));
      }
      long now = around.clock().wallMillis();
      reply.accept(new Answer.KeyPage(Listing.lines(keys, list, now), horizon));
    }

    private void onDeadline() {
      giveUp(
          new Answer.Refused(
              Answer.Reason.UNAVAILABLE,
              missing + " members did not send their keys in time",
              Answer.Outcome.NOT_APPLIED,
              1000));
    }

    private void giveUp(Answer.Refused refusal) {
      deadline.cancel();
      questions.forEach(around.questions()::forget);
      underWay--;
      reply.accept(refusal);
    }
  }
}
