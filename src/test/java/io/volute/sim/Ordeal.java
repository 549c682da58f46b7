package io.volute.sim;

/**
 * What a run is like.
 *
 * @param onTheLog whether nodes keep their keys in the production log, on a disk that tears; else
 *     in a plain model of it, which is quicker
 * @param moving whether members come and go besides
 * @param rotting whether bits change on the disks
 */
record Ordeal(boolean onTheLog, boolean moving, boolean rotting) {
  static final Ordeal STILL = new Ordeal(false, false, false);
  static final Ordeal MOVING = new Ordeal(false, true, false);

  Ordeal withLog() {
    return new Ordeal(true, moving, rotting);
  }

  Ordeal withRot() {
    return new Ordeal(onTheLog, moving, true);
  }

  /** As {@code scripts/simulate} is told. */
  String settings() {
    return "MOVING=" + moving + (onTheLog ? " ON_LOG=true" : "") + (rotting ? " ROT=true" : "");
  }
}
