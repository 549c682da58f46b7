package io.volute.exchange;

import io.volute.message.Message;
import io.volute.message.Message.FetchedVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Puts the parts of a {@link Message.Fetched} together, in whatever order and how often they come.
 * The codec bounds the number of parts.
 */
public final class VersionSetParts {
  private final Map<Integer, List<FetchedVersion>> parts = new TreeMap<>();
  private int expected;

  /** The whole once its last part is in. */
  public Optional<List<FetchedVersion>> add(Message.Fetched part) {
    if (part.parts() != expected) {
      // Repeated questions may meet a set that has changed meanwhile: the later answer counts.
      parts.clear();
      expected = part.parts();
    }
    parts.put(part.part(), part.versions());
    if (parts.size() < expected) {
      return Optional.empty();
    }
    List<FetchedVersion> all = new ArrayList<>();
    parts.values().forEach(all::addAll);
    return Optional.of(all);
  }
}
