package io.volute.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** Rounds of the sync thread beside a writer. */
class GroupCommitTest {
  private static final int ENOUGH = 1_000;

  private final SimulatedDisk disk = new SimulatedDisk(1);
  private final GroupCommit commit = new GroupCommit(disk, full -> rollAnother());
  private int rolled;

  /** A writer that completes one segment while another is synced. */
  private void rollAnother() {
    assertTrue(rolled < ENOUGH, "the round goes on as long as the writer does");
    try {
      rolled++;
      ByteBuffer header = ByteBuffer.allocate(Segment.HEADER_BYTES);
      Segment next = Segment.create(disk, rolled, new SeededDice(rolled), header);
      commit.rolled(next);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void shouldEndARoundWhileTheWriterIsFasterThanTheDisk() throws Exception {
    disk.createDirectory(Segment.DIRECTORY);
    rollAnother();
    commit.written(7);
    assertEquals(7, commit.syncRound());
    assertEquals(7, commit.synced());
    assertTrue(commit.hasRolled(), "what came meanwhile is for the next round");
  }
}
