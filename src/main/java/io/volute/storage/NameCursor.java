package io.volute.storage;

import java.io.IOException;

/** Goes through names in ascending byte order. Starts in front of the first. */
interface NameCursor {
  /** Moves on; false at the end. */
  boolean next() throws IOException;

  /** The name it stands at. Not to be changed. */
  byte[] name();

  /** Whether the name is held; false where it says that the name was removed. */
  boolean isLive();

  /** What is kept with the name; empty when nothing is, or it was removed. Not to be changed. */
  byte[] content();
}
