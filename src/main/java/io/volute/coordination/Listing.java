package io.volute.coordination;

import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.port.Store;
import io.volute.port.Store.NamedVersions;
import io.volute.port.StoreException;
import io.volute.record.Name;
import io.volute.record.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a page of a listing shows. Pure, but for reading the store. */
final class Listing {
  private Listing() {}

  /**
   * The next page of this member's keys. Reads at most as many keys as the page may have lines, so
   * that a stretch of deleted keys costs a turn no more than any other.
   */
  static Answer page(Store store, Command.ListKeys list, long wallMillis) {
    List<NamedVersions> keys;
    try {
      keys = store.list(list.prefix(), list.after(), list.limit());
    } catch (StoreException e) {
      return refusal(e);
    }
    Optional<Name> next =
        keys.size() < list.limit()
            ? Optional.empty()
            : Optional.of(keys.get(keys.size() - 1).name());
    return new Answer.KeyPage(lines(keys, list, wallMillis), next);
  }

  /** The names are damaged: a page that lacks some must not be taken for the truth. */
  static Answer.Refused refusal(StoreException cause) {
    return new Answer.Refused(
        Answer.Reason.UNAVAILABLE, cause.getMessage(), Answer.Outcome.NOT_APPLIED, 1000);
  }

  /** The lines for these keys, as far as they are to be shown. */
  static List<Answer.KeyLine> lines(
      List<NamedVersions> keys, Command.ListKeys list, long wallMillis) {
    List<Answer.KeyLine> lines = new ArrayList<>(keys.size());
    for (NamedVersions key : keys) {
      if (key.name().isSystem() && !list.system()) {
        continue;
      }
      List<Version> shown = new ArrayList<>(key.versions().size());
      for (Version version : key.versions()) {
        if (list.tombstones() || version.isVisibleAt(wallMillis)) {
          shown.add(version);
        }
      }
      if (!shown.isEmpty()) {
        lines.add(new Answer.KeyLine(key.name(), List.copyOf(shown)));
      }
    }
    return List.copyOf(lines);
  }
}
