package io.volute.transport.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Holds the layouts and numbers in {@code docs/internals/transport.md} equal to the code. */
class TransportPageTest {
  private static final Path PAGE = Path.of("docs/internals/transport.md");
  private static final Pattern FIELD = Pattern.compile("\\| (\\d+) \\| \\d* ?\\| .*");
  private static final Pattern FRAME = Pattern.compile("\\| ([A-Z]+) \\| (\\d+) \\| .*");

  @Test
  void shouldShowEveryFieldAtItsOffset() throws Exception {
    List<Integer> offsets = new ArrayList<>();
    for (String line : Files.readAllLines(PAGE)) {
      Matcher row = FIELD.matcher(line);
      if (row.matches()) {
        offsets.add(Integer.valueOf(row.group(1)));
      }
    }
    assertEquals(
        List.of(
            PacketLayout.MAGIC_OFFSET,
            PacketLayout.VERSION_OFFSET,
            PacketLayout.TYPE_OFFSET,
            PacketLayout.TYPE_OFFSET + 1,
            PacketLayout.TYPE_OFFSET + 2,
            PacketLayout.SESSION_OFFSET,
            PacketLayout.NUMBER_OFFSET,
            PacketLayout.DATA_HEADER_BYTES,
            PacketLayout.SHARE_OFFSET,
            PacketLayout.SENDER_LENGTH_OFFSET,
            PacketLayout.RECEIVER_LENGTH_OFFSET,
            PacketLayout.IDS_OFFSET),
        offsets);
  }

  @Test
  void shouldShowEveryFrameWithItsNumber() throws Exception {
    Map<String, Byte> numbers =
        Map.of(
            "PADDING", FrameType.PADDING,
            "PING", FrameType.PING,
            "ACK", FrameType.ACK,
            "MESSAGE", FrameType.MESSAGE,
            "PART", FrameType.PART,
            "CREDIT", FrameType.CREDIT,
            "WANT", FrameType.WANT,
            "CLOSE", FrameType.CLOSE,
            "FORGET", FrameType.FORGET);
    int shown = 0;
    for (String line : Files.readAllLines(PAGE)) {
      Matcher row = FRAME.matcher(line);
      if (row.matches()) {
        assertEquals(numbers.get(row.group(1)).toString(), row.group(2), line);
        shown++;
      }
    }
    assertEquals(numbers.size(), shown);
  }

  @Test
  void shouldNameTheBounds() throws Exception {
    String page = Files.readString(PAGE);

    assertTrue(page.contains("| a message | " + (Credit.MAX_MESSAGE_BYTES >> 20) + " MiB |"));
    long waiting = Outbox.MAX_BYTES >> 20;
    assertTrue(page.contains("| " + waiting + " MiB, " + Outbox.MAX_MESSAGES + " messages |"));
    assertTrue(page.contains("| " + (Credit.SMALL_WINDOW_BYTES >> 20) + " MiB | always granted"));
    assertTrue(page.contains("| " + (Credit.LARGE_WINDOW_BYTES >> 20) + " MiB | the largest"));
    assertTrue(page.contains("up to " + AckFrame.MAX_RANGES + " ranges"));
    assertTrue(page.contains("(" + ReceivedPackets.MAX_RANGES + " ranges;"));
    assertTrue(page.contains("ids span at most " + Unfinished.MAX_SPAN));
    assertTrue(page.contains("always " + PacketLayout.HANDSHAKE_BYTES + " bytes long"));
  }
}
