package io.volute.codec;

import io.volute.causal.CausalContext;
import io.volute.causal.ContextBytes;
import io.volute.causal.Dot;
import io.volute.causal.MalformedContextException;
import io.volute.identity.Actor;
import io.volute.identity.NodeId;
import io.volute.record.BlobId;
import io.volute.record.Mirrors;
import io.volute.record.Name;
import io.volute.record.Value;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessageUnpacker;
import org.msgpack.core.buffer.MessageBuffer;
import org.msgpack.core.buffer.MessageBufferInput;
import org.msgpack.value.ValueType;

/**
 * Reads the words that messages are made of, and believes nothing: every length is compared with
 * what is left before anything is allocated for it.
 */
final class FieldReader {
  static final int DOT_FIELDS = 3;

  /** Id, size and checksum. */
  static final int BLOB_FIELDS = 3;

  static final int BLOB_ID_FIELDS = 2;

  private final OneMessage input = new OneMessage();
  private final MessageUnpacker unpacker =
      new MessagePack.UnpackerConfig()
          .withAllowReadingStringAsBinary(false)
          .withAllowReadingBinaryAsString(false)
          .newUnpacker(input);
  private final byte[] context = new byte[ContextBytes.MAX_BYTES];
  private final ByteBuffer contextBuffer = ByteBuffer.wrap(context);
  private int length;

  void reset(byte[] bytes, int offset, int length) throws IOException {
    input.reset(bytes, offset, length);
    unpacker.reset(input);
    this.length = length;
  }

  int remaining() {
    return length - (int) unpacker.getTotalReadBytes();
  }

  void array(int fields) throws IOException, MalformedMessageException {
    check(unpacker.unpackArrayHeader() == fields, "it has a wrong number of fields");
  }

  /** The number of fields of an array that says in its first field what it is. */
  int anyArray() throws IOException {
    return unpacker.unpackArrayHeader();
  }

  /**
   * The size of a list.
   *
   * @param minElementBytes an element takes this much at least, which bounds what is allocated
   */
  int list(int maxSize, int minElementBytes) throws IOException, MalformedMessageException {
    int size = unpacker.unpackArrayHeader();
    check(size <= maxSize && size <= remaining() / minElementBytes, "a list is too long");
    return size;
  }

  boolean skipNil() throws IOException {
    return unpacker.tryUnpackNil();
  }

  boolean bool() throws IOException {
    return unpacker.unpackBoolean();
  }

  long anyLong() throws IOException {
    return unpacker.unpackLong();
  }

  long number(long min, long max) throws IOException, MalformedMessageException {
    long value = unpacker.unpackLong();
    check(value >= min && value <= max, "a number is out of range");
    return value;
  }

  <E extends Enum<E>> E constant(NumberTable<E> table)
      throws IOException, MalformedMessageException {
    return table.constant((int) number(0, NumberTable.MAX_NUMBER));
  }

  String printable(int maxLength) throws IOException, MalformedMessageException {
    byte[] text = utf8(maxLength);
    for (byte character : text) {
      check(Texts.isPrintable(character), "a text is not printable ASCII");
    }
    return new String(text, StandardCharsets.US_ASCII);
  }

  byte[] utf8(int maxBytes) throws IOException, MalformedMessageException {
    return payload(unpacker.unpackRawStringHeader(), maxBytes);
  }

  Name name() throws IOException, MalformedMessageException {
    Optional<Name> name = Name.of(utf8(Name.MAX_BYTES));
    check(name.isPresent(), "a name is malformed");
    return name.get();
  }

  /** Bytes, or an array that says which blob has them. */
  Value value() throws IOException, MalformedMessageException {
    if (unpacker.getNextFormat().getValueType() != ValueType.ARRAY) {
      return inline();
    }
    array(BLOB_FIELDS);
    BlobId id = blobId();
    long sizeBytes = number(1, Value.Blob.MAX_BYTES);
    int checksum = (int) number(Integer.MIN_VALUE, Integer.MAX_VALUE);
    return new Value.Blob(id, sizeBytes, checksum);
  }

  BlobId blobId() throws IOException, MalformedMessageException {
    array(BLOB_ID_FIELDS);
    return new BlobId(unpacker.unpackLong(), unpacker.unpackLong());
  }

  Value inline() throws IOException, MalformedMessageException {
    return Value.of(payload(unpacker.unpackBinaryHeader(), Integer.MAX_VALUE));
  }

  private byte[] payload(int size, int maxSize) throws IOException, MalformedMessageException {
    check(size >= 0 && size <= maxSize && size <= remaining(), "a length is out of range");
    byte[] bytes = new byte[size];
    unpacker.readPayload(bytes);
    return bytes;
  }

  CausalContext context() throws IOException, MalformedMessageException {
    int size = unpacker.unpackBinaryHeader();
    check(size <= context.length && size <= remaining(), "a context is too large");
    unpacker.readPayload(context, 0, size);
    contextBuffer.clear().limit(size);
    CausalContext set;
    try {
      set = ContextBytes.read(contextBuffer);
    } catch (MalformedContextException e) {
      throw new MalformedMessageException("a context is malformed: " + e.getMessage());
    }
    check(!contextBuffer.hasRemaining(), "a context is followed by something");
    return set;
  }

  Dot dot() throws IOException, MalformedMessageException {
    array(DOT_FIELDS);
    String node = printable(NodeId.MAX_LENGTH);
    check(NodeId.isValid(node), "a node id is malformed");
    long incarnation = number(0, Actor.MAX_INCARNATION);
    long counter = number(1, Long.MAX_VALUE);
    return new Dot(new Actor(new NodeId(node), incarnation), counter);
  }

  Mirrors mirrors() throws IOException, MalformedMessageException {
    int count = (int) number(0, Mirrors.MAX_COUNT);
    return count == 0 ? Mirrors.CLONE : new Mirrors(count);
  }

  static void check(boolean holds, String problem) throws MalformedMessageException {
    if (!holds) {
      throw new MalformedMessageException(problem);
    }
  }

  /** Hands out the bytes of one message, once. */
  private static final class OneMessage implements MessageBufferInput {
    private byte[] array = {};
    private MessageBuffer whole = MessageBuffer.wrap(array);
    private MessageBuffer next;

    void reset(byte[] bytes, int offset, int length) {
      // Wrapping goes through reflection and slicing doesn't, and the array is mostly the same.
      if (array != bytes) {
        array = bytes;
        whole = MessageBuffer.wrap(bytes);
      }
      next = whole.slice(offset, length);
    }

    @Override
    public MessageBuffer next() {
      MessageBuffer given = next;
      next = null;
      return given;
    }

    @Override
    public void close() {}
  }
}
