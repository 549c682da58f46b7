package io.volute.storage;

import java.util.List;

/**
 * How far reading and checking all files of a store has come, or what the last time has found.
 *
 * @param rounds how many times it was begun since the store was opened
 * @param bytesRead of {@code bytesTotal}, which are those that were there when it was begun
 * @param keysChecked keys whose versions were compared with what was found
 * @param damagedPlaces stretches of the log, blobs and other files that are not as they were
 *     written
 * @param damagedVersions live versions among what is damaged; what is not a live version is of no
 *     consequence, or is derived from the log
 * @param places where the damage is, a line each, at most {@link #MAX_PLACES}
 */
public record ScrubProgress(
    long rounds,
    boolean underWay,
    long bytesRead,
    long bytesTotal,
    long keysChecked,
    long damagedPlaces,
    long damagedVersions,
    List<String> places) {
  public static final int MAX_PLACES = 64;

  /** Before the first time. */
  public static final ScrubProgress NONE = new ScrubProgress(0, false, 0, 0, 0, 0, 0, List.of());
}
