package io.volute.coordination;

import io.volute.causal.CausalContext;
import io.volute.exchange.Surroundings;
import io.volute.identity.NodeId;
import io.volute.record.Mirrors;
import io.volute.record.Name;
import io.volute.record.VersionSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Whether what is seen of a key is as new as a reader asks for. */
final class Recency {
  private static final Mirrors ONE = new Mirrors(1);

  private Recency() {}

  /**
   * Whether all of a context is seen, or may have been reaped.
   *
   * @param atLeast the context; empty where nothing is asked for
   * @param seen the versions that answers have shown
   * @param hasAnswered whose answers these are
   */
  static boolean isNewEnough(
      Surroundings around,
      Name name,
      Optional<CausalContext> atLeast,
      VersionSet seen,
      Predicate<NodeId> hasAnswered) {
    if (atLeast.isEmpty() || seen.context().covers(atLeast.get())) {
      return true;
    }
    Mirrors mirrors = seen.mirrors().orElse(around.defaultMirrors());
    return (!seen.isEmpty() || isNowhereElse(around, name, hasAnswered))
        && around.obsolescence().isPast(name, mirrors, atLeast.get(), seen.context());
  }

  /**
   * Who sees no version does not know the key's mirror count. With one mirror, what is asked for
   * may be with the first owner alone, and a floor for more mirrors says nothing of it.
   */
  private static boolean isNowhereElse(
      Surroundings around, Name name, Predicate<NodeId> hasAnswered) {
    List<NodeId> first =
        around.placement().effective(ONE).isClone()
            ? List.of()
            : around.placement().owners(name, ONE);
    return first.stream().allMatch(hasAnswered);
  }
}
