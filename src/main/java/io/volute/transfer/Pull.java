package io.volute.transfer;

import io.volute.exchange.Surroundings;
import io.volute.exchange.Timers;
import io.volute.identity.NodeId;
import io.volute.port.Blobs;
import io.volute.port.StoreException;
import io.volute.record.BlobId;
import io.volute.record.Name;
import io.volute.record.Value;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Brings one blob here from a peer that has it: asks for chunks, a window of them at once, writes
 * them in order and asks for more as they are written. So neither the network nor the disk is ever
 * given more than a window, and what has come in is never asked for again: not of the same peer
 * after a lost session, nor of the next one that may have the blob, when this one is silent or has
 * it no more.
 */
final class Pull {
  private final Surroundings around;
  private final Chunks chunks;
  private final ArrayDeque<NodeId> holders;
  private final Name name;
  private final Value.Blob source;
  private final BlobId target;
  private final Consumer<Optional<Value.Blob>> whenOver;

  /** Questions under way, by the offset that they ask for. */
  private final Map<Long, Long> questions = new LinkedHashMap<>();

  /** Chunks that came before one in front of them. */
  private final TreeMap<Long, byte[]> early = new TreeMap<>();

  private NodeId holder;
  private Timers.Timer silence;
  private long askedUpTo;
  private long appendedUpTo;
  private int unwritten;
  private boolean finishing;
  private boolean over;

  /**
   * @param holders who has it or may have it, in the order in which they are asked; not empty
   * @param target its name here
   * @param whenOver gets what arrived, whole and durable; empty when it could not be had
   */
  Pull(
      Surroundings around,
      Chunks chunks,
      Collection<NodeId> holders,
      Name name,
      Value.Blob source,
      BlobId target,
      Consumer<Optional<Value.Blob>> whenOver) {
    this.around = around;
    this.chunks = chunks;
    this.holders = new ArrayDeque<>(holders);
    this.holder = this.holders.remove();
    this.name = name;
    this.source = source;
    this.target = target;
    this.whenOver = whenOver;
  }

  void start() {
    try {
      blobs().begin(target, name);
    } catch (StoreException e) {
      over = true;
      whenOver.accept(Optional.empty());
      return;
    }
    listenForSilence();
    askForMore();
  }

  private Blobs blobs() {
    return around.store().blobs();
  }

  private void listenForSilence() {
    if (silence != null) {
      silence.cancel();
    }
    silence = around.after(around.settings().blobs().silenceMillis(), this::turnToNext);
  }

  private void askForMore() {
    int window = around.settings().blobs().windowChunks();
    while (!over
        && questions.size() + early.size() + unwritten < window
        && askedUpTo < source.sizeBytes()) {
      long offset = askedUpTo;
      int size = chunks.sizeAt(source, offset);
      askedUpTo += size;
      ask(offset);
    }
  }

  private void ask(long offset) {
    int size = chunks.sizeAt(source, offset);
    questions.put(
        offset, chunks.ask(holder, source, offset, size, bytes -> onChunk(offset, bytes)));
  }

  /** A peer says that it has the blob. */
  void offer(NodeId peer) {
    if (!holders.contains(peer) && !peer.equals(holder) && holders.size() < Pulls.HOLDERS_LIMIT) {
      holders.add(peer);
    }
  }

  /** Goes on where it is, with the next one that may have the blob. */
  private void turnToNext() {
    NodeId next = holders.poll();
    if (next == null || finishing) {
      giveUp();
      return;
    }
    holder = next;
    listenForSilence();
    List<Long> open = List.copyOf(questions.keySet());
    questions.values().forEach(chunks::forget);
    questions.clear();
    open.forEach(this::ask);
  }

  private void onChunk(long offset, Optional<byte[]> bytes) {
    if (over) {
      return;
    }
    if (bytes.isEmpty()) {
      turnToNext();
      return;
    }
    questions.remove(offset);
    listenForSilence();
    early.put(offset, bytes.get());
    while (!early.isEmpty() && early.firstKey() == appendedUpTo) {
      byte[] next = early.pollFirstEntry().getValue();
      appendedUpTo += next.length;
      unwritten++;
      blobs().append(target, next, this::onWritten);
    }
  }

  private void onWritten(boolean written) {
    unwritten--;
    if (over) {
      return;
    }
    if (!written) {
      giveUp();
    } else if (appendedUpTo < source.sizeBytes()) {
      askForMore();
    } else if (unwritten == 0 && !finishing) {
      finishing = true;
      // From here on only the disk is waited for, and that always answers.
      silence.cancel();
      blobs().finish(target, this::onFinished);
    }
  }

  private void onFinished(Optional<Value.Blob> made) {
    if (over) {
      return;
    }
    boolean same =
        made.isPresent()
            && made.get().sizeBytes() == source.sizeBytes()
            && made.get().checksum() == source.checksum();
    if (same) {
      over = true;
      whenOver.accept(made);
    } else {
      giveUp();
    }
  }

  /** Ends it without a result; what has come in is discarded. */
  void giveUp() {
    if (over) {
      return;
    }
    over = true;
    silence.cancel();
    questions.values().forEach(chunks::forget);
    questions.clear();
    early.clear();
    blobs().discard(target);
    whenOver.accept(Optional.empty());
  }
}
