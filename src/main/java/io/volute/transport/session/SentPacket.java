package io.volute.transport.session;

import java.util.Arrays;

/** What a datagram under way carries, so that its fate can be told to each part. Reused. */
final class SentPacket {
  private static final int FIRST_PARTS = 4;

  long number;
  long sentNanos;
  int bytes;

  /** A probe of the path's size: its loss says nothing about congestion. */
  boolean isSizeProbe;

  boolean hasCredit;
  boolean hasWant;

  /** The largest packet that it acknowledged; −1 for none. */
  long acknowledged;

  private OutMessage[] messages = new OutMessage[FIRST_PARTS];
  private long[] ids = new long[FIRST_PARTS];
  private int[] starts = new int[FIRST_PARTS];
  private int[] ends = new int[FIRST_PARTS];
  private int parts;

  void clear() {
    Arrays.fill(messages, 0, parts, null);
    parts = 0;
    isSizeProbe = false;
    hasCredit = false;
    hasWant = false;
    acknowledged = -1;
  }

  void addPart(OutMessage message, int start, int end) {
    if (parts == messages.length) {
      messages = Arrays.copyOf(messages, 2 * parts);
      ids = Arrays.copyOf(ids, 2 * parts);
      starts = Arrays.copyOf(starts, 2 * parts);
      ends = Arrays.copyOf(ends, 2 * parts);
    }
    messages[parts] = message;
    ids[parts] = message.id();
    starts[parts] = start;
    ends[parts] = end;
    parts++;
  }

  int parts() {
    return parts;
  }

  OutMessage message(int part) {
    return messages[part];
  }

  /** Whether the message is still the one that was sent: they are reused as well. */
  boolean isCurrent(int part) {
    return messages[part].id() == ids[part];
  }

  int start(int part) {
    return starts[part];
  }

  int end(int part) {
    return ends[part];
  }
}
