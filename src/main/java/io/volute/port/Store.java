package io.volute.port;

import io.volute.causal.Dot;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Durable storage of one kernel thread's keys. All methods are called by that thread only.
 *
 * <p>Changes are visible to reads at once and durable later: each returns a sequence number, and
 * the store reports {@code onStored(sequence)} to the kernel when everything up to it is as durable
 * as the {@code --fsync} policy asks. Changes become durable in the order of their sequence
 * numbers. When that fails, the store reports it once, refuses further changes with {@link
 * StoreException}, and goes on serving reads.
 */
public interface Store {
  /** How many notes {@link #allNotes} asks for at a time. */
  int NOTES_PAGE = 256;

  /** The live versions of a key, from memory or the index; empty when the key is not held. */
  VersionSet versions(Name name);

  /**
   * The value of one live version.
   *
   * @return empty when that version is not held (any more)
   * @throws StoreException when it is held and can't be read back whole
   */
  Optional<Value> value(Name name, Dot dot) throws StoreException;

  /**
   * Adds a version to a key.
   *
   * @param after the key's versions from now on: {@code versions(name).with(version)}, which must
   *     hold the added version
   * @return the sequence number of this change
   */
  long put(Name name, Version version, Value value, VersionSet after) throws StoreException;

  /** Where values are that {@link #put} is given as blobs; they must be whole then. */
  Blobs blobs();

  /** Forgets a key with all its versions. */
  long remove(Name name) throws StoreException;

  /**
   * A page of what is held, in the order of names.
   *
   * @param prefix bytes that each name begins with; may be empty
   * @param after only names greater than this
   * @param limit at most this many, 1 and up
   * @throws StoreException when what holds the names in order is damaged, until it is made anew
   */
  List<NamedVersions> list(byte[] prefix, Optional<Name> after, int limit) throws StoreException;

  /**
   * Keeps a small record of the node's own: a hint, a lease. Notes are few (bounded by who writes
   * them) and are held in memory as well.
   *
   * @param key 1 to 1200 characters, ordered by code unit
   * @param content at most 1024 bytes
   */
  long putNote(String key, byte[] content) throws StoreException;

  /** Forgets a note; nothing happens when there is none. */
  long removeNote(String key) throws StoreException;

  Optional<byte[]> note(String key);

  /** Keys of notes that begin with a prefix and are greater than {@code after}, in order. */
  List<String> notes(String prefix, String after, int limit);

  /** Keys of all notes that begin with a prefix, in order: for kinds of which there are few. */
  default List<String> allNotes(String prefix) {
    List<String> keys = new ArrayList<>();
    String after = "";
    List<String> page;
    do {
      page = notes(prefix, after, NOTES_PAGE);
      keys.addAll(page);
      after = page.isEmpty() ? after : page.get(page.size() - 1);
    } while (!page.isEmpty());
    return keys;
  }

  /** Digests of all that is held, and the keys behind them. */
  KeyTree tree();

  /** The number of keys held, tombstones included. */
  long keyCount();

  /** The bytes of the live values held. */
  long valueBytes();

  /**
   * A key and its live versions.
   *
   * @param name the key
   * @param versions never empty
   */
  record NamedVersions(Name name, VersionSet versions) {}
}
