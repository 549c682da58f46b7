package io.volute.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import net.openhft.chronicle.hash.VanillaGlobalMutableState;
import net.openhft.chronicle.values.ValueModel;
import org.junit.jupiter.api.Test;

/** The class that is generated ahead for Chronicle Map. */
class GeneratedMapStateTest {
  private static final String NAME = "VanillaGlobalMutableState$$Native";

  @Test
  void shouldBeWhatTheLibraryWouldGenerateAtRunTime() throws Exception {
    Class<?> generators = Class.forName("net.openhft.chronicle.values.Generators");
    Method generate =
        generators.getDeclaredMethod("generateNativeClass", ValueModel.class, String.class);
    generate.setAccessible(true);
    Object expected =
        generate.invoke(null, ValueModel.acquire(VanillaGlobalMutableState.class), NAME);
    Path source =
        Path.of("src/main/java/net/openhft/chronicle/hash/" + NAME + ".java").toAbsolutePath();
    assertEquals(body(expected.toString()), body(Files.readString(source)));
  }

  private static String body(String source) {
    return source.substring(source.indexOf("public class")).strip();
  }
}
