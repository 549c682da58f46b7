package io.volute.storage;

import io.volute.record.Name;
import io.volute.record.Version;
import io.volute.record.VersionSet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Derives the catalog and the notes from the log's records. Versions merge in any order; a remove
 * forgets what lies before it in the log, so records must come in the log's order.
 */
final class LogReplay implements SegmentScanner.Sink {
  /** Records between two looks at the room on the disk: they fill some hundred pages at most. */
  private static final int LOOK_RECORDS = 256;

  private final DiskRoom room;
  private final Catalog catalog;
  private final Notes notes;
  private final List<StoreReport> reports;
  private long count;

  LogReplay(DiskRoom room, Catalog catalog, Notes notes, List<StoreReport> reports) {
    this.room = room;
    this.catalog = catalog;
    this.notes = notes;
    this.reports = reports;
  }

  @Override
  public void accept(RecordKind kind, byte[] name, ByteBuffer meta, byte[] content, Location at)
      throws IOException {
    if (count++ % LOOK_RECORDS == 0) {
      room.checkForStart();
    }
    try {
      switch (kind) {
        case VERSION, BLOB_VERSION -> merge(nameOf(name), VersionCodec.read(meta), at);
        case REMOVE -> catalog.remove(nameOf(name));
        case NOTE -> notes.put(new String(name, StandardCharsets.UTF_8), content);
        case NOTE_REMOVED -> notes.remove(new String(name, StandardCharsets.UTF_8));
      }
    } catch (MalformedRecordException e) {
      String file = Segment.fileName(at.segment());
      reports.add(
          new StoreReport(StoreReport.What.RECORDS_SKIPPED, file, at.offset(), at.length()));
    }
  }

  /** Records so far. */
  long count() {
    return count;
  }

  private static Name nameOf(byte[] utf8) throws MalformedRecordException {
    return Name.of(utf8).orElseThrow(() -> new MalformedRecordException("a name is malformed"));
  }

  private void merge(Name name, Version version, Location at) throws IOException {
    IndexEntry before = catalog.entry(name);
    // A version that is held already may have been copied to here, and its first place be gone
    // soon.
    boolean held = before.find(version.dot()).isPresent();
    if (held || !before.versions().knows(version.dot())) {
      VersionSet after = before.versions().with(version);
      catalog.set(name, before.with(after, version.dot(), at));
    }
  }
}
