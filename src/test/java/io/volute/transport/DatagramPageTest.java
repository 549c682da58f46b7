package io.volute.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Holds the layout in {@code docs/internals/wire.md} equal to the code. */
class DatagramPageTest {
  private static final Path PAGE = Path.of("docs/internals/wire.md");
  private static final Pattern ROW = Pattern.compile("\\| (\\d+) \\| (\\d*) ?\\| .*");

  @Test
  void shouldShowEveryFieldAtItsOffset() throws Exception {
    List<Integer> offsets = new ArrayList<>();
    int end = 0;
    for (String line : Files.readAllLines(PAGE)) {
      Matcher row = ROW.matcher(line);
      if (line.startsWith("## Messages")) {
        break;
      }
      if (row.matches()) {
        offsets.add(Integer.valueOf(row.group(1)));
        assertEquals(end, offsets.get(offsets.size() - 1), "a gap before: " + line);
        end += row.group(2).isEmpty() ? 0 : Integer.parseInt(row.group(2));
      }
    }
    assertEquals(
        List.of(
            Datagram.MAGIC_OFFSET,
            Datagram.CHECKSUM_OFFSET,
            Datagram.VERSION_OFFSET,
            Datagram.FLAGS_OFFSET,
            Datagram.SENDER_LENGTH_OFFSET,
            Datagram.RECEIVER_LENGTH_OFFSET,
            Datagram.SESSION_OFFSET,
            Datagram.IDS_OFFSET),
        offsets);
  }

  @Test
  void shouldNameTheSizesOfDatagrams() throws Exception {
    String page = Files.readString(PAGE);

    assertTrue(page.contains("at most " + Datagram.MAX_BYTES + " bytes"));
    assertTrue(page.contains("at most " + Datagram.COALESCED_BYTES + " bytes"));
    assertTrue(page.contains("is " + Datagram.MAX_VALUE_BYTES / 1024 + " KiB"));
    assertTrue(page.contains("wire version: " + Datagram.WIRE_VERSION));
  }
}
