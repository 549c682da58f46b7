package io.volute.storage;

import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.hash.serialization.SizedReader;
import net.openhft.chronicle.hash.serialization.SizedWriter;
import net.openhft.chronicle.hash.serialization.impl.EnumMarshallable;

/** Entries as the values of a map. Its class name is part of the files of an index. */
final class EntryMarshaller
    implements SizedReader<IndexBytes>, SizedWriter<IndexBytes>, EnumMarshallable<EntryMarshaller> {
  static final EntryMarshaller INSTANCE = new EntryMarshaller();

  private EntryMarshaller() {}

  @Override
  public long size(IndexBytes entry) {
    return entry.length();
  }

  @Override
  public void write(Bytes<?> out, long size, IndexBytes entry) {
    out.write(entry.array(), 0, entry.length());
  }

  @Override
  public IndexBytes read(Bytes<?> in, long size, IndexBytes using) {
    IndexBytes entry = using == null ? new IndexBytes() : using;
    in.read(entry.resize((int) size), 0, (int) size);
    return entry;
  }

  @Override
  public EntryMarshaller readResolve() {
    return INSTANCE;
  }
}
