package io.volute.sim;

/**
 * What a run is like.
 *
 * @param onTheLog whether nodes keep their keys in the production log, on a disk that tears; else
 *     in a plain model of it, which is quicker
 * @param moving whether members come and go besides
 * @param rotting whether bits change on the disks
 * @param parting whether two members are cut from each other and from nobody else, now and then
 */
record Ordeal(boolean onTheLog, boolean moving, boolean rotting, boolean parting) {
  static final Ordeal STILL = new Ordeal(false, false, false, false);
  static final Ordeal MOVING = new Ordeal(false, true, false, false);

  Ordeal withLog() {
    return new Ordeal(true, moving, rotting, parting);
  }

  Ordeal withRot() {
    return new Ordeal(onTheLog, moving, true, parting);
  }

  Ordeal withParting() {
    return new Ordeal(onTheLog, moving, rotting, true);
  }

  /** As {@code scripts/simulate} is told. */
  String settings() {
    return "MOVING="
        + moving
        + (onTheLog ? " ON_LOG=true" : "")
        + (rotting ? " ROT=true" : "")
        + (parting ? " PARTING=true" : "");
  }
}
