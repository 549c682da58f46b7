package io.volute.storage;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Several cursors as one: of those that stand at the same name, the newest has the say. */
final class NameMerge implements NameCursor {
  /** Those that are not at their end, newest first. */
  private final List<NameCursor> cursors = new ArrayList<>();

  /** The one that has the say about the name; null in front of the first. */
  private NameCursor chosen;

  /**
   * Begins to merge.
   *
   * @param newestFirst cursors that are in front of their first name
   */
  NameMerge(List<? extends NameCursor> newestFirst) throws IOException {
    for (NameCursor cursor : newestFirst) {
      if (cursor.next()) {
        cursors.add(cursor);
      }
    }
  }

  @Override
  public boolean next() throws IOException {
    if (chosen != null) {
      leave(chosen.name());
    }
    if (cursors.isEmpty()) {
      return false;
    }
    chosen = cursors.get(0);
    for (int i = 1; i < cursors.size(); i++) {
      if (Arrays.compareUnsigned(cursors.get(i).name(), chosen.name()) < 0) {
        chosen = cursors.get(i);
      }
    }
    return true;
  }

  /** Moves on those that stand there: only now, because they are asked for what they stand at. */
  private void leave(byte[] name) throws IOException {
    for (int i = cursors.size() - 1; i >= 0; i--) {
      NameCursor cursor = cursors.get(i);
      if (Arrays.equals(cursor.name(), name) && !cursor.next()) {
        cursors.remove(i);
      }
    }
  }

  @Override
  public byte[] name() {
    return chosen.name();
  }

  @Override
  public boolean isLive() {
    return chosen.isLive();
  }

  @Override
  public byte[] content() {
    return chosen.content();
  }
}
