package io.volute.resp;

import io.volute.listen.BytesInFlight;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Takes requests apart, byte by byte as they come: arrays of bulk strings, and lines typed by hand.
 *
 * <p>What it holds of an unfinished request grows with what has come, not with what was announced,
 * and is charged to a common budget. A request has no nesting, so there is nothing to recurse into.
 */
final class RequestParser {
  /** Arguments of one request, its name included. */
  static final int MAX_ARGUMENTS = 16 * 1024;

  /** A line typed by hand. */
  static final int MAX_INLINE_BYTES = 64 * 1024;

  /** What an argument costs besides its bytes. */
  static final int ARGUMENT_OVERHEAD = 48;

  private static final int MAX_COUNT_DIGITS = 10;
  private static final int FIRST_CAPACITY = 16 * 1024;
  private static final byte[] EMPTY = new byte[0];

  /** What the next byte belongs to. */
  private enum State {
    START,
    ARRAY_COUNT,
    BULK_MARK,
    BULK_COUNT,
    BULK_BYTES,
    BULK_END,
    INLINE
  }

  private final int maxValueBytes;
  private final BytesInFlight inFlight;
  private State state = State.START;
  private List<byte[]> arguments = new ArrayList<>();
  private int argumentsLeft;
  private long charged;
  private long number;
  private int digits;
  private boolean lineEnding;
  private byte[] bytes = EMPTY;
  private int size;
  private int wanted;

  RequestParser(int maxValueBytes, BytesInFlight inFlight) {
    this.maxValueBytes = maxValueBytes;
    this.inFlight = inFlight;
  }

  /** One whole request. Who takes it gives back what is charged for it. */
  record Request(List<byte[]> arguments, long charged) {}

  /** Whether a request has begun and not ended. */
  boolean isInTheMiddle() {
    return state != State.START;
  }

  /** Gives back what an unfinished request holds; the parser is of no use afterwards. */
  void discard() {
    inFlight.release(charged);
    charged = 0;
    arguments = List.of();
    bytes = EMPTY;
  }

  /**
   * Reads on.
   *
   * @return the next request that is complete, or null when all bytes are taken
   */
  Request next(ByteBuffer source) throws ProtocolException {
    while (source.hasRemaining()) {
      boolean complete =
          switch (state) {
            case START -> start(source);
            case ARRAY_COUNT -> readNumber(source) && beginArray();
            case BULK_MARK -> readMark(source);
            case BULK_COUNT -> readNumber(source) && beginBulk();
            case BULK_BYTES -> readBytes(source);
            case BULK_END -> readEnd(source);
            case INLINE -> readLine(source);
          };
      if (complete) {
        Request request = new Request(arguments, charged);
        arguments = new ArrayList<>();
        charged = 0;
        state = State.START;
        return request;
      }
    }
    return null;
  }

  private boolean start(ByteBuffer source) {
    if (source.get(source.position()) == '*') {
      source.get();
      beginNumber(State.ARRAY_COUNT);
    } else {
      size = 0;
      bytes = EMPTY;
      state = State.INLINE;
    }
    return false;
  }

  private void beginNumber(State next) {
    state = next;
    number = 0;
    digits = 0;
    lineEnding = false;
  }

  private boolean readNumber(ByteBuffer source) throws ProtocolException {
    while (source.hasRemaining()) {
      byte b = source.get();
      if (lineEnding) {
        require(b == '\n', "a count must end with CR LF");
        return true;
      } else if (b == '\r') {
        require(digits > 0, "a count is missing");
        lineEnding = true;
      } else {
        require(b >= '0' && b <= '9', "a count must be a number");
        require(++digits <= MAX_COUNT_DIGITS, "a count has too many digits");
        number = number * 10 + (b - '0');
      }
    }
    return false;
  }

  private boolean beginArray() throws ProtocolException {
    require(number <= MAX_ARGUMENTS, "at most " + MAX_ARGUMENTS + " arguments are taken");
    argumentsLeft = (int) number;
    state = argumentsLeft == 0 ? State.START : State.BULK_MARK;
    return false;
  }

  private boolean readMark(ByteBuffer source) throws ProtocolException {
    byte mark = source.get();
    require(mark == '$', "expected '$'");
    beginNumber(State.BULK_COUNT);
    return false;
  }

  private boolean beginBulk() throws ProtocolException {
    require(number <= maxValueBytes, "an argument may have at most " + maxValueBytes + " bytes");
    wanted = (int) number;
    size = 0;
    bytes = EMPTY;
    charge(ARGUMENT_OVERHEAD);
    grow(Math.min(wanted, FIRST_CAPACITY));
    lineEnding = false;
    state = wanted == 0 ? State.BULK_END : State.BULK_BYTES;
    return false;
  }

  private boolean readBytes(ByteBuffer source) throws ProtocolException {
    if (size == bytes.length) {
      grow((int) Math.min(wanted, 2L * size));
    }
    int part = Math.min(source.remaining(), bytes.length - size);
    source.get(bytes, size, part);
    size += part;
    if (size == wanted) {
      state = State.BULK_END;
    }
    return false;
  }

  private boolean readEnd(ByteBuffer source) throws ProtocolException {
    byte b = source.get();
    if (!lineEnding) {
      require(b == '\r', "an argument must end with CR LF");
      lineEnding = true;
      return false;
    }
    require(b == '\n', "an argument must end with CR LF");
    arguments.add(bytes);
    bytes = EMPTY;
    state = State.BULK_MARK;
    return --argumentsLeft == 0;
  }

  private boolean readLine(ByteBuffer source) throws ProtocolException {
    while (source.hasRemaining()) {
      byte b = source.get();
      if (b == '\n') {
        return takeLine();
      }
      require(size < MAX_INLINE_BYTES, "a line may have at most " + MAX_INLINE_BYTES + " bytes");
      if (size == bytes.length) {
        grow(Math.max(64, 2 * size));
      }
      bytes[size++] = b;
    }
    return false;
  }

  private boolean takeLine() throws ProtocolException {
    int end = size > 0 && bytes[size - 1] == '\r' ? size - 1 : size;
    List<byte[]> words = InlineLine.split(Arrays.copyOf(bytes, end));
    bytes = EMPTY;
    require(words.size() <= MAX_ARGUMENTS, "at most " + MAX_ARGUMENTS + " arguments are taken");
    if (words.isEmpty()) {
      inFlight.release(charged);
      charged = 0;
      state = State.START;
      return false;
    }
    charge((long) words.size() * ARGUMENT_OVERHEAD);
    arguments.addAll(words);
    return true;
  }

  private void grow(int capacity) throws ProtocolException {
    charge(capacity - bytes.length);
    bytes = size == 0 ? new byte[capacity] : Arrays.copyOf(bytes, capacity);
  }

  private void charge(long more) throws ProtocolException {
    require(inFlight.tryAcquire(more), "too many bytes are under way; try again in a moment");
    charged += more;
  }

  private static void require(boolean holds, String problem) throws ProtocolException {
    if (!holds) {
      throw ProtocolException.of(problem);
    }
  }
}
