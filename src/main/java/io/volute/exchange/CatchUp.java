package io.volute.exchange;

/** Tells whether this node may still lack changes that were made while it was out of touch. */
public interface CatchUp {
  /** Whether all keys have been compared with every reachable peer since it was last away. */
  boolean isComplete();

  /**
   * Whether this node's store began empty and nobody has brought yet what it should hold: that a
   * key is not there then says nothing.
   */
  boolean isFresh();

  /** Whether whole partitions are being taken over from others now. */
  boolean isRefilling();
}
