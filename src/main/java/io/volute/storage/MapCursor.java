package io.volute.storage;

import java.util.Iterator;
import java.util.Map;

/** Goes through names in memory. */
final class MapCursor implements NameCursor {
  private final Iterator<Map.Entry<byte[], byte[]>> entries;
  private byte[] name = {};
  private byte[] content = {};

  MapCursor(Map<byte[], byte[]> map) {
    entries = map.entrySet().iterator();
  }

  @Override
  public boolean next() {
    if (!entries.hasNext()) {
      return false;
    }
    Map.Entry<byte[], byte[]> entry = entries.next();
    name = entry.getKey();
    content = entry.getValue();
    return true;
  }

  @Override
  public byte[] name() {
    return name;
  }

  @Override
  public boolean isLive() {
    return content != NameTidier.REMOVED;
  }

  @Override
  public byte[] content() {
    return content;
  }
}
