package io.volute.storage;

import io.volute.port.Store;
import io.volute.port.StoreException;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * A store as its owner runs it. All methods are called by the kernel thread, {@link #close} last.
 */
public interface StoreEngine extends Store, AutoCloseable {
  /**
   * Hands the changes of a duty cycle over to be stored: at its end, before messages leave. Cheap
   * when there were none. What it leads to is told to the {@link StoreListener}.
   */
  void flush();

  /**
   * Tells, on the kernel's thread, what has come of calls to the blobs; also tidies up.
   *
   * @return how many calls were told of
   */
  int runCompletions();

  /** Whether {@link #runCompletions} has something to tell. May be asked by any thread. */
  boolean hasCompletions();

  /**
   * Begins to read and check everything on the disk; does nothing while that is under way. Versions
   * that are found damaged are told to the {@link StoreListener}.
   *
   * @return false when this engine keeps nothing on the disk
   * @throws StoreException when the disk can't say what is there
   */
  boolean beginScrub() throws StoreException;

  /** How far that has come, or what the last time has found. */
  ScrubProgress scrubProgress();

  /**
   * Begins to copy everything that is held now into a directory, while the store goes on. A store
   * that is opened there holds just that.
   *
   * @param target is made if need be, and must be empty
   * @param whenDone told later, by the kernel's thread
   * @return false when this engine keeps nothing on the disk
   * @throws StoreException when one is under way, or it can't be begun
   */
  boolean beginBackup(Path target, Consumer<BackupResult> whenDone) throws StoreException;

  /** How its log does, as of a moment ago. May be asked by any thread. */
  default StoreFigures figures() {
    return StoreFigures.NONE;
  }

  /** Stores what was changed and ends all threads and files of the store. Never throws. */
  @Override
  void close();
}
