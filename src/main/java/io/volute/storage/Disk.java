package io.volute.storage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * The file operations that the store is built on, relative to the store's directory. There are few
 * of them so that a simulated disk can stand in and lose, tear or refuse what was not synced.
 *
 * <p>Names use {@code /}; {@code ""} is the store's directory itself.
 */
public interface Disk {
  /** Makes a directory and those above it, if missing. */
  void createDirectory(String name) throws IOException;

  /**
   * Makes a new, empty file; fails when there is one. It may be gone after a loss of power until
   * its directory is synced.
   */
  DiskFile create(String name) throws IOException;

  /** Opens a file for reading and writing; fails when there is none. */
  DiskFile open(String name) throws IOException;

  boolean exists(String name) throws IOException;

  /** The names of a directory's files, without the directory, sorted. */
  List<String> list(String directory) throws IOException;

  void delete(String name) throws IOException;

  /** Atomic; replaces the target. */
  void rename(String from, String to) throws IOException;

  /**
   * Gives a file that is not changed any more a second name elsewhere, or copies it durably where
   * the file system has no such names, or is another one.
   */
  void linkOrCopy(String name, Path target) throws IOException;

  /** Makes creations, deletions and renames in this directory survive a loss of power. */
  void syncDirectory(String directory) throws IOException;

  /**
   * When the operating system last saw the file change, wall-clock milliseconds, in a way that
   * copying tools can't set; empty where it can't tell.
   */
  OptionalLong changedAtMillis(String name) throws IOException;

  /** How much more can be written; empty where that is not known. */
  OptionalLong usableBytes() throws IOException;

  /** An open file. One thread writes; reads and {@link #force} may come from other threads. */
  interface DiskFile extends Closeable {
    /** Writes all that remains in the buffer. */
    void write(ByteBuffer source, long at) throws IOException;

    /** Reads until the buffer is full or the file ends; the number of bytes read, 0 at the end. */
    int read(ByteBuffer target, long at) throws IOException;

    /** Makes all bytes written before the call survive a loss of power. */
    void force() throws IOException;

    void truncate(long size) throws IOException;

    long size() throws IOException;
  }
}
