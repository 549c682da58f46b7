package io.volute.metrics;

import java.util.OptionalLong;

/** What can be seen of the disk that the home lies on. For any thread; nothing waits long. */
public interface DiskProbe {
  /** Bytes that the daemon's user may still write; empty where that can't be told. */
  OptionalLong freeBytes();

  /** Bytes that the file system has; empty where that can't be told. */
  OptionalLong totalBytes();

  /** Whether the store refuses changes, for want of room or after a failed write. */
  boolean isStorePaused();
}
