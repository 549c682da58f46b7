package io.volute.storage;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Several cursors as one: of those that stand at the same name, the newest has the say. */
final class NameMerge implements NameCursor {
  /** Those that are not at their end, newest first. */
  private final List<NameCursor> cursors = new ArrayList<>();

  private byte[] name = {};
  private boolean live;

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
    if (cursors.isEmpty()) {
      return false;
    }
    NameCursor least = cursors.get(0);
    for (int i = 1; i < cursors.size(); i++) {
      if (Arrays.compareUnsigned(cursors.get(i).name(), least.name()) < 0) {
        least = cursors.get(i);
      }
    }
    name = least.name();
    live = least.isLive();
    for (int i = cursors.size() - 1; i >= 0; i--) {
      NameCursor cursor = cursors.get(i);
      if (Arrays.equals(cursor.name(), name) && !cursor.next()) {
        cursors.remove(i);
      }
    }
    return true;
  }

  @Override
  public byte[] name() {
    return name;
  }

  @Override
  public boolean isLive() {
    return live;
  }
}
