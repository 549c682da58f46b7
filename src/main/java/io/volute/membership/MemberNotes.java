package io.volute.membership;

import io.volute.identity.MemberEntry;
import io.volute.identity.MemberRecord;
import io.volute.identity.NodeId;
import io.volute.identity.Role;
import io.volute.identity.Stage;
import io.volute.port.Store;
import io.volute.port.StoreException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Learned members, kept under the home directory as notes of the store: a line each. One that can't
 * be read (a newer version wrote it) is left alone and not used.
 */
final class MemberNotes {
  private static final String PREFIX = "member/";

  private final Store store;

  MemberNotes(Store store) {
    this.store = store;
  }

  List<MemberRecord> load() {
    List<MemberRecord> records = new ArrayList<>();
    for (String key : store.allNotes(PREFIX)) {
      store.note(key).flatMap(MemberNotes::read).ifPresent(records::add);
    }
    return records;
  }

  /**
   * Keeps what is known of a member.
   *
   * @return the sequence number of the change
   */
  long keep(MemberRecord record) throws StoreException {
    return store.putNote(PREFIX + record.id(), line(record));
  }

  static byte[] line(MemberRecord record) {
    return record.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Forgets all members but one; returns the sequence number of the last change, or 0. */
  long forgetAllBut(NodeId one) throws StoreException {
    long sequence = 0;
    for (String key : store.allNotes(PREFIX)) {
      if (!key.equals(PREFIX + one)) {
        sequence = store.removeNote(key);
      }
    }
    return sequence;
  }

  /** Empty for what is no record. */
  static Optional<MemberRecord> read(byte[] note) {
    String line = new String(note, StandardCharsets.UTF_8);
    int end = line.indexOf(" role=");
    if (end < 0) {
      return Optional.empty();
    }
    TreeMap<String, String> fields = new TreeMap<>();
    for (String word : line.substring(end + 1).split(" ", -1)) {
      int equals = word.indexOf('=');
      if (equals > 0) {
        fields.put(word.substring(0, equals), word.substring(equals + 1));
      }
    }
    try {
      Optional<MemberEntry> entry = MembershipLine.parse(line.substring(0, end));
      String[] life = fields.getOrDefault("life", "").split("\\.", -1);
      return entry.map(
          one ->
              new MemberRecord(
                  one,
                  Role.valueOf(fields.getOrDefault("role", "")),
                  Stage.valueOf(fields.getOrDefault("stage", "")),
                  Long.parseLong(life[0]),
                  Long.parseLong(life[life.length - 1]),
                  Long.parseUnsignedLong(fields.getOrDefault("inplace", "0"), 16)));
    } catch (MembershipLine.Refusal | IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
