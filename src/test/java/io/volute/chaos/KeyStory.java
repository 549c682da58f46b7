package io.volute.chaos;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the only writer of a key knows: what was acknowledged last, what may have happened besides,
 * and what has not. Each value is written once, so a value tells which change it comes from.
 *
 * <p>For one thread at a time.
 */
final class KeyStory {
  private static final String GONE = "(deleted)";

  private final String name;

  /**
   * Changes without an answer from before the last acknowledged one: they may surface as siblings.
   */
  private final Set<String> unsureBefore = new HashSet<>();

  private final Set<String> unsureSince = new HashSet<>();
  private final Set<String> refused = new HashSet<>();
  private final Set<String> acknowledgedBefore = new HashSet<>();
  private String acknowledged = GONE;
  private String underWay = GONE;
  private String version = "";
  private int changes;

  KeyStory(String name) {
    this.name = name;
  }

  String name() {
    return name;
  }

  /** The value of the next change; empty for one that deletes. */
  Optional<String> begin(boolean deletes) {
    changes++;
    underWay = deletes ? GONE : name + "#" + changes;
    return deletes ? Optional.empty() : Optional.of(underWay);
  }

  /** What the last acknowledged change gave as the key's version; empty before the first one. */
  String version() {
    return version;
  }

  void succeeded(String newVersion) {
    acknowledgedBefore.add(acknowledged);
    acknowledged = underWay;
    version = newVersion;
    unsureBefore.addAll(unsureSince);
    unsureSince.clear();
  }

  /**
   * The answer to the change under way took so long that its coordinator may have been passed over.
   * The next one then made it as well: its value stands twice, and what replaces one by its version
   * leaves the other.
   */
  void mayBeMadeTwice() {
    unsureBefore.add(underWay);
  }

  /** The node said that it is not applied. */
  void refused() {
    if (!underWay.equals(GONE)) {
      refused.add(underWay);
    }
  }

  /** No answer, or one that says that it is not known. */
  void unsure() {
    unsureSince.add(underWay);
  }

  /**
   * What is wrong with these values of the key, if something is.
   *
   * @param cut whether members could not hear each other: a change that one of them took, and could
   *     not confirm, was then given to another as well, and is there twice
   */
  Optional<String> objection(List<String> values, boolean cut) {
    List<String> objections = new ArrayList<>();
    boolean lasts =
        values.contains(acknowledged) || values.stream().anyMatch(unsureSince::contains);
    if (!acknowledged.equals(GONE) && !lasts && !(values.isEmpty() && unsureSince.contains(GONE))) {
      objections.add("acknowledged " + acknowledged + " is lost");
    }
    for (String value : values) {
      if (refused.contains(value)) {
        objections.add(value + " was not to be applied");
      } else if (!value.equals(acknowledged)
          && !unsureSince.contains(value)
          && !unsureBefore.contains(value)
          && !(cut && acknowledgedBefore.contains(value))) {
        objections.add(value + " has come back after " + acknowledged);
      }
    }
    return objections.isEmpty()
        ? Optional.empty()
        : Optional.of(name + " is " + values + ": " + String.join(", ", objections));
  }
}
