package io.volute.testing;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Gives a fuzz target inputs that are nearly right: examples that are cut, repeated, mixed and
 * changed here and there. The same in each build; {@code scripts/jazzer} searches for hours, and by
 * what the code does with an input.
 */
public final class Fuzzing {
  private static final int INPUTS = 3000;
  private static final int MOST_CHANGES = 6;

  private static final String MARKS = "\r\n\t :;,=%&+*$#\"'\\0123456789abcdefABCDEF-_./";

  /** Takes any bytes, and throws when something is wrong with how they were treated. */
  @FunctionalInterface
  public interface Target {
    void test(byte[] input) throws Exception;
  }

  private Fuzzing() {}

  /**
   * Tests the target with some thousand inputs.
   *
   * @param examples of what it takes, each character a byte
   */
  public static void run(Target target, String... examples) {
    List<byte[]> all =
        List.of(examples).stream().map(one -> one.getBytes(StandardCharsets.ISO_8859_1)).toList();
    Seeds.check(INPUTS, generator -> target.test(changed(generator, all)));
  }

  private static byte[] changed(Generator generator, List<byte[]> examples) {
    byte[] bytes = generator.pick(examples);
    for (int left = generator.below(MOST_CHANGES); left > 0; left--) {
      bytes = changedOnce(generator, bytes, examples);
    }
    return bytes;
  }

  private static byte[] changedOnce(Generator generator, byte[] bytes, List<byte[]> examples) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int at = generator.below(bytes.length + 1);
    int end = at + generator.below(bytes.length - at + 1);
    out.write(bytes, 0, at);
    switch (generator.below(5)) {
      case 0 -> out.write(bytes, end, bytes.length - end);
      case 1 -> {
        out.write(bytes, at, end - at);
        out.write(bytes, at, bytes.length - at);
      }
      case 2 -> {
        out.writeBytes(generator.bytes(generator.below(4)));
        out.write(bytes, at, bytes.length - at);
      }
      case 3 -> {
        byte[] other = generator.pick(examples);
        int from = generator.below(other.length + 1);
        out.write(other, from, other.length - from);
      }
      default -> {
        out.writeBytes(generator.text(MARKS, 1).getBytes(StandardCharsets.ISO_8859_1));
        out.write(bytes, at, bytes.length - at);
      }
    }
    return out.toByteArray();
  }
}
