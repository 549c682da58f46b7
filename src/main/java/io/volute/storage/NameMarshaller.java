package io.volute.storage;

import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.hash.serialization.SizedReader;
import net.openhft.chronicle.hash.serialization.SizedWriter;
import net.openhft.chronicle.hash.serialization.impl.EnumMarshallable;

/** Names as the keys of a map. Its class name is part of the files of an index. */
final class NameMarshaller
    implements SizedReader<byte[]>, SizedWriter<byte[]>, EnumMarshallable<NameMarshaller> {
  static final NameMarshaller INSTANCE = new NameMarshaller();

  private NameMarshaller() {}

  @Override
  public long size(byte[] name) {
    return name.length;
  }

  @Override
  public void write(Bytes<?> out, long size, byte[] name) {
    out.write(name, 0, name.length);
  }

  @Override
  public byte[] read(Bytes<?> in, long size, byte[] using) {
    byte[] name = new byte[(int) size];
    in.read(name, 0, name.length);
    return name;
  }

  @Override
  public NameMarshaller readResolve() {
    return INSTANCE;
  }
}
