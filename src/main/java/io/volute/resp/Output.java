package io.volute.resp;

import io.volute.listen.BytesInFlight;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Map;

/**
 * Replies in bytes, on their way to the client: small ones are gathered so that a whole pipeline
 * leaves with one call, large values are sent as they are, without a copy.
 */
final class Output {
  private static final int CHUNK_BYTES = 16 * 1024;
  private static final int FIRST_CHUNK_BYTES = 1024;

  /** What a connection keeps while it has nothing to say: there may be thousands of them. */
  private static final int IDLE_CHUNK_BYTES = 4 * 1024;

  private static final int LARGE_BYTES = 8 * 1024;

  /** The platform copies what it sends into memory of its own, as much at once as it is given. */
  private static final int WRITE_BYTES = 128 * 1024;

  private static final int MAX_ERROR_CHARACTERS = 500;
  private static final int LONGEST_NUMBER = 20;
  private static final int VERBATIM_HEAD = 4;
  private static final byte[] NIL_2 = ascii("$-1\r\n");
  private static final byte[] NIL_3 = ascii("_\r\n");
  private static final byte[] OK = ascii("+OK\r\n");

  /** Bytes to send, and what is given back to the budget once they are sent. */
  private static final class Piece {
    private final ByteBuffer bytes;
    private long charged;

    Piece(ByteBuffer bytes) {
      this.bytes = bytes;
    }
  }

  private final BytesInFlight inFlight;
  private final ArrayDeque<Piece> pieces = new ArrayDeque<>();
  private final byte[] number = new byte[LONGEST_NUMBER];
  private byte[] chunk = new byte[FIRST_CHUNK_BYTES];
  private int size;
  private long chunkCharged;
  private long pendingBytes;

  Output(BytesInFlight inFlight) {
    this.inFlight = inFlight;
  }

  /** How much waits to be sent. */
  long pendingBytes() {
    return pendingBytes + size;
  }

  /**
   * Adds a reply.
   *
   * @param protocol 2 or 3
   * @param charged is given back once the reply is sent
   */
  void add(Reply reply, int protocol, long charged) {
    put(reply, protocol == 3);
    if (size == 0 && !pieces.isEmpty()) {
      pieces.getLast().charged += charged;
    } else {
      chunkCharged += charged;
    }
  }

  private void put(Reply reply, boolean three) {
    if (reply == Reply.OK) {
      put(OK);
    } else if (reply instanceof Reply.Bulk bulk) {
      putBulk(bulk.bytes());
    } else if (reply instanceof Reply.Whole integer) {
      putHead(':', integer.value());
    } else if (reply instanceof Reply.Simple simple) {
      putLine('+', simple.text());
    } else if (reply instanceof Reply.Failure error) {
      putLine('-', error.code() + " " + oneLine(error.text()));
    } else if (reply instanceof Reply.Nil) {
      put(three ? NIL_3 : NIL_2);
    } else if (reply instanceof Reply.Array array) {
      putHead('*', array.items().size());
      array.items().forEach(item -> put(item, three));
    } else if (reply instanceof Reply.Pairs pairs) {
      putHead(three ? '%' : '*', pairs.entries().size() * (three ? 1L : 2L));
      for (Map.Entry<String, Reply> entry : pairs.entries().entrySet()) {
        putBulk(entry.getKey().getBytes(StandardCharsets.UTF_8));
        put(entry.getValue(), three);
      }
    } else {
      putVerbatim(((Reply.Verbatim) reply).text(), three);
    }
  }

  private void putVerbatim(String text, boolean three) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (three) {
      putHead('=', bytes.length + (long) VERBATIM_HEAD);
      put(ascii("txt:"));
      put(bytes);
      putLineEnd();
    } else {
      putBulk(bytes);
    }
  }

  private void putBulk(byte[] bytes) {
    putHead('$', bytes.length);
    if (bytes.length >= LARGE_BYTES) {
      endChunk();
      pieces.add(new Piece(ByteBuffer.wrap(bytes)));
      pendingBytes += bytes.length;
    } else {
      put(bytes);
    }
    putLineEnd();
  }

  private void putHead(char mark, long value) {
    room(LONGEST_NUMBER + 3);
    chunk[size++] = (byte) mark;
    if (value < 0) {
      chunk[size++] = '-';
    }
    int at = number.length;
    long rest = value;
    do {
      number[--at] = (byte) ('0' + Math.abs(rest % 10));
      rest /= 10;
    } while (rest != 0);
    System.arraycopy(number, at, chunk, size, number.length - at);
    size += number.length - at;
    putLineEnd();
  }

  private void putLine(char mark, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    room(1);
    chunk[size++] = (byte) mark;
    put(bytes);
    putLineEnd();
  }

  private void putLineEnd() {
    room(2);
    chunk[size++] = '\r';
    chunk[size++] = '\n';
  }

  private void put(byte[] bytes) {
    room(bytes.length);
    System.arraycopy(bytes, 0, chunk, size, bytes.length);
    size += bytes.length;
  }

  private void room(int bytes) {
    if (CHUNK_BYTES - size < bytes) {
      endChunk();
    }
    assert bytes <= CHUNK_BYTES : bytes;
    if (chunk.length - size < bytes) {
      int capacity = Math.max(2 * chunk.length, size + bytes);
      chunk = Arrays.copyOf(chunk, Math.min(CHUNK_BYTES, capacity));
    }
  }

  private void endChunk() {
    if (size == 0) {
      return;
    }
    Piece piece = new Piece(ByteBuffer.wrap(chunk, 0, size));
    piece.charged = chunkCharged;
    pieces.add(piece);
    pendingBytes += size;
    chunk = new byte[FIRST_CHUNK_BYTES];
    size = 0;
    chunkCharged = 0;
  }

  /**
   * Sends what the channel takes.
   *
   * @return whether it took anything
   */
  boolean writeTo(WritableByteChannel channel) throws IOException {
    boolean moved = false;
    while (!pieces.isEmpty() || size > 0) {
      if (pieces.isEmpty()) {
        // Most often all of it goes at once, and the chunk can be filled again.
        int written = channel.write(ByteBuffer.wrap(chunk, 0, size));
        if (written == size) {
          size = 0;
          inFlight.release(chunkCharged);
          chunkCharged = 0;
          if (chunk.length > IDLE_CHUNK_BYTES) {
            chunk = new byte[FIRST_CHUNK_BYTES];
          }
          return true;
        }
        endChunk();
        pieces.getLast().bytes.position(written);
        pendingBytes -= written;
        return moved || written > 0;
      }
      Piece piece = pieces.getFirst();
      int written = channel.write(upTo(piece.bytes));
      piece.bytes.position(piece.bytes.position() + written);
      pendingBytes -= written;
      moved |= written > 0;
      if (written == 0) {
        return moved;
      }
      if (!piece.bytes.hasRemaining()) {
        inFlight.release(pieces.removeFirst().charged);
      }
    }
    return moved;
  }

  private static ByteBuffer upTo(ByteBuffer bytes) {
    ByteBuffer part = bytes.duplicate();
    part.limit(part.position() + Math.min(part.remaining(), WRITE_BYTES));
    return part;
  }

  /** Forgets what was not sent. */
  void discard() {
    pieces.forEach(piece -> inFlight.release(piece.charged));
    pieces.clear();
    inFlight.release(chunkCharged);
    chunkCharged = 0;
    size = 0;
    pendingBytes = 0;
  }

  /** What can be sent of a text that may quote the client: no line breaks, and an end. */
  private static String oneLine(String text) {
    StringBuilder line = new StringBuilder(Math.min(text.length(), MAX_ERROR_CHARACTERS));
    for (int i = 0; i < text.length() && i < MAX_ERROR_CHARACTERS; i++) {
      char c = text.charAt(i);
      line.append(c < ' ' || c >= 0x7f && c < 0xa0 ? '?' : c);
    }
    return line.toString();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
