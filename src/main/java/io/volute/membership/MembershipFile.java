package io.volute.membership;

import io.volute.identity.MemberEntry;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a flat membership file says. A line is {@link MembershipLine#FORM}; the first entry is this
 * node, each further one a peer. Everything that is not surely meant is refused: a typing error in
 * this file would otherwise show up as a cluster that never comes together.
 *
 * @param self the first entry
 * @param peers the others, in the order of the file
 */
public record MembershipFile(MemberEntry self, List<MemberEntry> peers) {
  /** Entries of a file, this node's included. Every member talks to every other one. */
  public static final int MAX_MEMBERS = 1024;

  /** Bytes of a file; holds the most members with the longest lines. */
  public static final int MAX_BYTES = MAX_MEMBERS * MembershipLine.MAX_BYTES;

  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  public MembershipFile {
    peers = List.copyOf(peers);
  }

  /**
   * Reads a whole file.
   *
   * @param fileName as messages name it
   */
  public static MembershipFile parse(String fileName, byte[] bytes) throws MembershipFileException {
    if (bytes.length > MAX_BYTES) {
      throw new MembershipFileException(
          fileName, 1, "the file is too large, allowed are " + MAX_BYTES + " bytes");
    }
    Reader reader = new Reader(fileName);
    int start = startsWithMark(bytes) ? BYTE_ORDER_MARK.length : 0;
    for (int end = start; end <= bytes.length; end++) {
      if (end == bytes.length || bytes[end] == '\n') {
        reader.readLine(ByteBuffer.wrap(bytes, start, end - start));
        start = end + 1;
      }
    }
    return reader.conclude();
  }

  private static boolean startsWithMark(byte[] bytes) {
    int length = BYTE_ORDER_MARK.length;
    return bytes.length >= length && Arrays.equals(bytes, 0, length, BYTE_ORDER_MARK, 0, length);
  }

  /** Reads line after line and keeps what must not come twice. */
  private static final class Reader {
    private final String fileName;
    private final List<MemberEntry> entries = new ArrayList<>();
    private final Map<String, Integer> linesById = new LinkedHashMap<>();
    private final Map<String, Integer> linesByAddress = new LinkedHashMap<>();
    private int line;

    Reader(String fileName) {
      this.fileName = fileName;
    }

    void readLine(ByteBuffer bytes) throws MembershipFileException {
      line++;
      Optional<MemberEntry> read;
      try {
        read = MembershipLine.parse(decode(bytes));
      } catch (MembershipLine.Refusal refusal) {
        throw refused(refusal.getMessage());
      }
      if (read.isPresent()) {
        take(read.get());
      }
    }

    private String decode(ByteBuffer bytes) throws MembershipFileException {
      if (bytes.remaining() > MembershipLine.MAX_BYTES) {
        throw refused("the line is too long, allowed are " + MembershipLine.MAX_BYTES + " bytes");
      }
      try {
        return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
      } catch (CharacterCodingException e) {
        throw refused("the line is malformed, allowed is UTF-8");
      }
    }

    private void take(MemberEntry entry) throws MembershipFileException {
      if (entries.size() == MAX_MEMBERS) {
        throw refused("there are too many members, allowed are " + MAX_MEMBERS);
      }
      refuseRepeat(linesById, "uid", entry.id().text());
      // Host names are the same in either case.
      refuseRepeat(linesByAddress, "address", entry.address().toString().toLowerCase(Locale.ROOT));
      entries.add(entry);
    }

    private void refuseRepeat(Map<String, Integer> lines, String what, String text)
        throws MembershipFileException {
      Integer earlier = lines.putIfAbsent(text, line);
      if (earlier != null) {
        throw refused(
            what + " '" + text + "' is that of line " + earlier + ", allowed is one of its own");
      }
    }

    MembershipFile conclude() throws MembershipFileException {
      if (entries.isEmpty()) {
        throw refused("there is no entry, allowed is " + MembershipLine.FORM + " for this node");
      }
      return new MembershipFile(entries.get(0), entries.subList(1, entries.size()));
    }

    private MembershipFileException refused(String reason) {
      return new MembershipFileException(fileName, line, reason);
    }
  }
}
