package io.volute.codec;

import io.volute.causal.CausalContext;
import io.volute.causal.ContextBytes;
import io.volute.causal.Dot;
import io.volute.identity.NodeId;
import io.volute.record.BlobId;
import io.volute.record.Mirrors;
import io.volute.record.Name;
import io.volute.record.Value;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePacker;
import org.msgpack.core.buffer.MessageBuffer;
import org.msgpack.core.buffer.MessageBufferOutput;

/**
 * Writes the words that messages are made of into one array of fixed size. The counterpart of
 * {@link FieldReader}: what one writes the other reads.
 */
final class FieldWriter {
  /** msgpack asks for up to this much room before it writes a number. */
  private static final int SLACK_BYTES = 16;

  private final byte[] bytes;
  private final int capacityBytes;
  private final MessagePacker packer;
  private final ByteBuffer context = ByteBuffer.allocate(ContextBytes.MAX_BYTES);
  private final byte[] ascii = new byte[255];

  FieldWriter(int capacityBytes) {
    this.bytes = new byte[capacityBytes + SLACK_BYTES];
    this.capacityBytes = capacityBytes;
    // The threshold keeps large values in the one array instead of passing them on.
    this.packer =
        new MessagePack.PackerConfig()
            .withBufferFlushThreshold(Integer.MAX_VALUE)
            .newPacker(new OneArray(MessageBuffer.wrap(bytes)));
  }

  byte[] bytes() {
    return bytes;
  }

  void clear() {
    packer.clear();
  }

  /** The length of what is written since the last {@link #clear}. */
  int finish() throws UnencodableException {
    int length = (int) packer.getTotalWrittenBytes();
    check(length <= capacityBytes, "it does not fit");
    return length;
  }

  void array(int fields) throws IOException {
    packer.packArrayHeader(fields);
  }

  void list(int size, int maxSize) throws IOException {
    check(size <= maxSize, "a list is too long");
    packer.packArrayHeader(size);
  }

  void nil() throws IOException {
    packer.packNil();
  }

  void bool(boolean value) throws IOException {
    packer.packBoolean(value);
  }

  void anyLong(long value) throws IOException {
    packer.packLong(value);
  }

  void number(long value, long min, long max) throws IOException {
    check(value >= min && value <= max, "a number is out of range");
    packer.packLong(value);
  }

  <E extends Enum<E>> void constant(NumberTable<E> table, E constant) throws IOException {
    packer.packInt(table.number(constant));
  }

  void printable(String text, int maxLength) throws IOException {
    check(text.length() <= Math.min(maxLength, ascii.length), "a text is too long");
    for (int i = 0; i < text.length(); i++) {
      char character = text.charAt(i);
      check(Texts.isPrintable(character), "a text is not printable ASCII");
      ascii[i] = (byte) character;
    }
    packer.packRawStringHeader(text.length());
    packer.writePayload(ascii, 0, text.length());
  }

  /** Of bytes that are known to be UTF-8. */
  void utf8(byte[] text) throws IOException {
    packer.packRawStringHeader(text.length);
    packer.writePayload(text);
  }

  void name(Name name) throws IOException {
    utf8(name.utf8());
  }

  /** Bytes as they are; a blob as an array that says which. */
  void value(Value value) throws IOException {
    if (value instanceof Value.Blob blob) {
      array(FieldReader.BLOB_FIELDS);
      blobId(blob.id());
      packer.packLong(blob.sizeBytes());
      packer.packInt(blob.checksum());
    } else {
      packer.packBinaryHeader(value.bytes().length);
      packer.writePayload(value.bytes());
    }
  }

  void blobId(BlobId id) throws IOException {
    array(FieldReader.BLOB_ID_FIELDS);
    packer.packLong(id.high());
    packer.packLong(id.low());
  }

  void context(CausalContext set) throws IOException {
    int size = ContextBytes.sizeBytes(set);
    check(size <= ContextBytes.MAX_BYTES, "a context is too large");
    context.clear();
    ContextBytes.write(set, context);
    packer.packBinaryHeader(size);
    packer.writePayload(context.array(), 0, size);
  }

  void dot(Dot dot) throws IOException {
    array(FieldReader.DOT_FIELDS);
    printable(dot.actor().node().text(), NodeId.MAX_LENGTH);
    packer.packLong(dot.actor().incarnation());
    packer.packLong(dot.counter());
  }

  void mirrors(Mirrors mirrors) throws IOException {
    packer.packInt(mirrors.count());
  }

  static void check(boolean holds, String problem) throws UnencodableException {
    if (!holds) {
      throw new UnencodableException(problem);
    }
  }

  /** Hands out one buffer; when that is full, so is the message. */
  private record OneArray(MessageBuffer buffer) implements MessageBufferOutput {
    @Override
    public MessageBuffer next(int minimumSize) {
      return buffer;
    }

    @Override
    public void writeBuffer(int length) throws IOException {
      throw new UnencodableException("it does not fit");
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
      throw new UnencodableException("it does not fit");
    }

    @Override
    public void add(byte[] source, int offset, int length) throws IOException {
      throw new UnencodableException("it does not fit");
    }

    @Override
    public void close() {}

    @Override
    public void flush() {}
  }
}
