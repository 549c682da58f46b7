package io.volute.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class OpenFilesTest {
  private static final int WANTED = 16_384;

  @Test
  void shouldGiveAllThatIsWantedWhenTheLimitIsHigh() {
    assertEquals(WANTED, OpenFiles.share(1 << 20, 3, WANTED));
  }

  @Test
  void shouldShareWhatIsLeftWhenTheLimitIsLow() {
    assertEquals((1024 - 384) / 3, OpenFiles.share(1024, 3, WANTED));
    assertEquals((20_000 - 2500) / 3, OpenFiles.share(20_000, 3, WANTED));
  }

  @Test
  void shouldGiveNothingWhenTheStoreNeedsAllFiles() {
    assertEquals(0, OpenFiles.share(384, 2, WANTED));
    assertEquals(0, OpenFiles.share(64, 2, WANTED));
  }

  @Test
  void shouldTellTheLowestLimitThatIsEnough() {
    for (int listeners = 1; listeners < 6; listeners++) {
      for (int wanted : new int[] {16, 17, 100, 255, 1000, 1793, WANTED}) {
        long limit = OpenFiles.needed(listeners, wanted);
        String shown = listeners + " listeners, " + wanted + " wanted, limit " + limit;
        assertEquals(wanted, OpenFiles.share(limit, listeners, wanted), shown);
        assertTrue(OpenFiles.share(limit - 1, listeners, wanted) < wanted, shown);
      }
    }
  }
}
