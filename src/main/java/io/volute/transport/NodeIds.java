package io.volute.transport;

import io.volute.identity.NodeId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Reads node ids out of datagrams without making a new one each time: keeps those that were seen
 * last, one per slot. For one thread.
 */
final class NodeIds {
  private static final int SLOTS = 256;

  /** A node id and its bytes. */
  private static final class Slot {
    private final byte[] bytes;
    private final Optional<NodeId> node;

    Slot(byte[] bytes, NodeId node) {
      this.bytes = bytes;
      this.node = Optional.of(node);
    }

    boolean holds(ByteBuffer buffer, int offset, int length) {
      if (length != bytes.length) {
        return false;
      }
      for (int i = 0; i < length; i++) {
        if (buffer.get(offset + i) != bytes[i]) {
          return false;
        }
      }
      return true;
    }
  }

  private final Slot[] slots = new Slot[SLOTS];

  /** Empty when the bytes are not a node id. */
  Optional<NodeId> read(ByteBuffer buffer, int offset, int length) {
    int hash = 1;
    for (int i = 0; i < length; i++) {
      hash = 31 * hash + buffer.get(offset + i);
    }
    int index = (hash ^ (hash >>> 16)) & (SLOTS - 1);
    Slot slot = slots[index];
    if (slot != null && slot.holds(buffer, offset, length)) {
      return slot.node;
    }
    byte[] bytes = new byte[length];
    buffer.get(offset, bytes);
    String text = new String(bytes, StandardCharsets.US_ASCII);
    if (!NodeId.isValid(text)) {
      return Optional.empty();
    }
    slots[index] = new Slot(bytes, new NodeId(text));
    return slots[index].node;
  }
}
