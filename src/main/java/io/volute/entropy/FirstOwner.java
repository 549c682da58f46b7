package io.volute.entropy;

import io.volute.exchange.Surroundings;
import io.volute.exchange.Timers;
import io.volute.exchange.VersionSetParts;
import io.volute.identity.NodeId;
import io.volute.message.Message;
import io.volute.message.Message.FetchedVersion;
import io.volute.record.Mirrors;
import io.volute.record.Name;
import io.volute.record.VersionSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Asks the first owner of a key, who owns it whatever its mirror count, which versions there are.
 */
final class FirstOwner {
  private static final Mirrors ONE_MIRROR = new Mirrors(1);

  /**
   * Several round trips between distant sites. Who has not answered by then may be lost, and what
   * its answer would have spared is little.
   */
  private static final long PATIENCE_MILLIS = 300;

  private final Surroundings around;
  private final VersionSetParts parts = new VersionSetParts();
  private final Consumer<Optional<VersionSet>> whenOver;
  private final Timers.Timer patience;
  private final long question;
  private boolean over;

  private FirstOwner(
      Surroundings around, NodeId first, Name name, Consumer<Optional<VersionSet>> whenOver) {
    this.around = around;
    this.whenOver = whenOver;
    this.patience = around.after(PATIENCE_MILLIS, () -> end(Optional.empty()));
    this.question =
        around
            .questions()
            .ask(around.endpoint(first), id -> new Message.Fetch(id, name, false), this::onFetched);
  }

  /** Who that is, unless it is this node or can't be reached. */
  static Optional<NodeId> elsewhere(Surroundings around, Name name) {
    return around.placement().owners(name, ONE_MIRROR).stream()
        .filter(first -> !around.isSelf(first) && around.liveness().isReachable(first))
        .findFirst();
  }

  /**
   * Asks.
   *
   * @param whenOver is called once and not at once, unless it is given up; with nothing when there
   *     is no answer in time
   */
  static FirstOwner ask(
      Surroundings around, NodeId first, Name name, Consumer<Optional<VersionSet>> whenOver) {
    return new FirstOwner(around, first, name, whenOver);
  }

  private boolean onFetched(Message answer) {
    Optional<List<FetchedVersion>> all =
        answer instanceof Message.Fetched part ? parts.add(part) : Optional.empty();
    all.ifPresent(
        versions ->
            end(
                Optional.of(
                    VersionSet.of(versions.stream().map(FetchedVersion::version).toList()))));
    return all.isPresent();
  }

  private void end(Optional<VersionSet> versions) {
    if (!over) {
      giveUp();
      whenOver.accept(versions);
    }
  }

  /** Nobody is told any more. */
  void giveUp() {
    over = true;
    patience.cancel();
    around.questions().forget(question);
  }
}
