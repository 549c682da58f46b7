package io.volute.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.port.StoreException;
import io.volute.record.Name;
import java.util.List;
import org.junit.jupiter.api.Test;

class RamStoreTest extends StoreContract {
  @Override
  StoreEngine open() {
    return new RamStore(16 << 20, listener);
  }

  @Test
  void shouldRefuseWhatDoesNotFitAndGoOn() throws Exception {
    TestVersions.overwrite(store, "kept", 1, 1000);
    StoreException refusal =
        assertThrows(
            StoreException.class, () -> TestVersions.overwrite(store, "large", 2, 17 << 20));
    assertTrue(refusal.getMessage().contains("16777216"), refusal.getMessage());
    assertEquals(1, store.keyCount());
    for (int round = 0; round < 100; round++) {
      TestVersions.overwrite(store, "again", 3 + round, 8 << 20);
      store.remove(Name.of("again"));
    }
    assertEquals(1000, store.valueBytes());
    assertEquals(List.of(), listener.failures());
  }
}
