package io.volute.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * A disk of which only so many segments of the log are open at a time: those that are written, and
 * of the others those that were used last. The others are opened again when they are needed. A log
 * of 1 TB has some 4000 files, more than many systems let a process open.
 *
 * <p>Segments may be used by any thread.
 */
final class PooledDisk implements Disk {
  static final int MAX_OPEN = 256;

  private static final String SEGMENT_SUFFIX = ".log";

  private final Disk disk;
  private final int maxOpen;

  /** Open files, least recently used first; guarded by this. */
  private final LinkedHashMap<String, Handle> open = new LinkedHashMap<>(16, 0.75f, true);

  /** An open file and who must not find it closed. */
  private static final class Handle {
    private final DiskFile file;
    private int users;

    Handle(DiskFile file) {
      this.file = file;
    }
  }

  /**
   * @param maxOpen complete segments that may be open at a time
   */
  PooledDisk(Disk disk, int maxOpen) {
    this.disk = disk;
    this.maxOpen = maxOpen;
  }

  private static boolean isSegment(String name) {
    return name.startsWith(Segment.DIRECTORY + "/") && name.endsWith(SEGMENT_SUFFIX);
  }

  @Override
  public DiskFile create(String name) throws IOException {
    DiskFile file = disk.create(name);
    return isSegment(name) ? pooled(name, file) : file;
  }

  @Override
  public DiskFile open(String name) throws IOException {
    DiskFile file = disk.open(name);
    return isSegment(name) ? pooled(name, file) : file;
  }

  private PooledFile pooled(String name, DiskFile file) throws IOException {
    synchronized (this) {
      Handle old = open.put(name, new Handle(file));
      if (old != null) {
        old.file.close();
      }
      closeIdle();
    }
    return new PooledFile(name);
  }

  private synchronized Handle acquire(String name) throws IOException {
    Handle handle = open.get(name);
    if (handle == null) {
      handle = new Handle(disk.open(name));
      open.put(name, handle);
    }
    handle.users++;
    closeIdle();
    return handle;
  }

  private synchronized void release(Handle handle) {
    handle.users--;
  }

  private void closeIdle() throws IOException {
    Iterator<Map.Entry<String, Handle>> leastUsedFirst = open.entrySet().iterator();
    while (open.size() > maxOpen && leastUsedFirst.hasNext()) {
      Handle handle = leastUsedFirst.next().getValue();
      if (handle.users == 0) {
        leastUsedFirst.remove();
        handle.file.close();
      }
    }
  }

  private synchronized void close(String name) throws IOException {
    Handle handle = open.remove(name);
    if (handle != null) {
      handle.file.close();
    }
  }

  synchronized int openCount() {
    return open.size();
  }

  @Override
  public void createDirectory(String name) throws IOException {
    disk.createDirectory(name);
  }

  @Override
  public boolean exists(String name) throws IOException {
    return disk.exists(name);
  }

  @Override
  public List<String> list(String directory) throws IOException {
    return disk.list(directory);
  }

  @Override
  public void delete(String name) throws IOException {
    disk.delete(name);
  }

  @Override
  public void rename(String from, String to) throws IOException {
    disk.rename(from, to);
  }

  @Override
  public void linkOrCopy(String name, Path target) throws IOException {
    disk.linkOrCopy(name, target);
  }

  @Override
  public void syncDirectory(String directory) throws IOException {
    disk.syncDirectory(directory);
  }

  @Override
  public OptionalLong changedAtMillis(String name) throws IOException {
    return disk.changedAtMillis(name);
  }

  @Override
  public OptionalLong usableBytes() throws IOException {
    return disk.usableBytes();
  }

  /** A segment that is opened when it is used, unless it is held open. */
  final class PooledFile implements DiskFile {
    private final String name;

    /** While it is written: what a sync would have to say about it is said to this handle. */
    private Handle held;

    private boolean closed;

    PooledFile(String name) {
      this.name = name;
    }

    /** Keeps it open, or not any longer. */
    void hold(boolean hold) throws IOException {
      synchronized (PooledDisk.this) {
        if (hold && held == null) {
          held = acquire(name);
        } else if (!hold && held != null) {
          release(held);
          held = null;
          closeIdle();
        }
      }
    }

    private Handle use() throws IOException {
      synchronized (PooledDisk.this) {
        if (closed) {
          throw new IOException(name + " is closed");
        }
        return acquire(name);
      }
    }

    @Override
    public void write(ByteBuffer source, long at) throws IOException {
      Handle handle = use();
      try {
        handle.file.write(source, at);
      } finally {
        release(handle);
      }
    }

    @Override
    public int read(ByteBuffer target, long at) throws IOException {
      Handle handle = use();
      try {
        return handle.file.read(target, at);
      } finally {
        release(handle);
      }
    }

    @Override
    public void force() throws IOException {
      Handle handle = use();
      try {
        handle.file.force();
      } finally {
        release(handle);
      }
    }

    @Override
    public void truncate(long size) throws IOException {
      Handle handle = use();
      try {
        handle.file.truncate(size);
      } finally {
        release(handle);
      }
    }

    @Override
    public long size() throws IOException {
      Handle handle = use();
      try {
        return handle.file.size();
      } finally {
        release(handle);
      }
    }

    @Override
    public void close() throws IOException {
      synchronized (PooledDisk.this) {
        if (!closed) {
          closed = true;
          PooledDisk.this.close(name);
        }
      }
    }
  }
}
