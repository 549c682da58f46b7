package io.volute.hashing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.volute.testing.Seeds;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Hash64Test {
  /** Values that other implementations of XXH64 are tested with. */
  @ParameterizedTest
  @CsvSource({
    "'', 0, ef46db3751d8e999",
    "a, 0, d24ec4f1a98c6e5b",
    "abc, 0, 44bc2cf5ad770999",
    "ABC, 0, e66ae7354fcfee98",
    "xxhash, 0, 32dd38952c4bc720",
    "xxhash, 20141025, b559b98d844e0635",
    "The quick brown fox jumps over the lazy dog, 0, 0b242d361fda71bc",
    "Nobody inspects the spammish repetition, 0, fbcea83c8a378bf1",
    "Call me Ishmael. Some years ago--never mind how long precisely-, 0, 02a2e85470d6fd96"
  })
  void shouldEqualPublishedValueWhenTextIsHashed(String text, long seed, String hex) {
    long hash = Hash64.of(text.getBytes(StandardCharsets.UTF_8), seed);
    assertEquals(hex, String.format("%016x", hash));
  }

  /** The self-test of the reference implementation: prefixes of a generated buffer. */
  @ParameterizedTest
  @CsvSource({
    "0, 2654435761, ac75fda2929b17ef",
    "1, 0, e934a84adb052768",
    "1, 2654435761, 5014607643a9b4c3",
    "4, 0, 9136a0dca57457ee",
    "14, 0, 8282dcc4994e35c8",
    "14, 2654435761, c3bd6bf63deb6df0",
    "222, 0, b641ae8cb691c174",
    "222, 2654435761, 20cb8ab7ae10c14a"
  })
  void shouldEqualReferenceValueWhenGeneratedBufferIsHashed(int length, long seed, String hex) {
    byte[] bytes = new byte[length];
    long state = 2654435761L;
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (state >>> 56);
      state *= 0x9E3779B185EBCA8DL;
    }
    assertEquals(hex, String.format("%016x", Hash64.of(bytes, seed)));
  }

  @Test
  void shouldEqualTheSpecificationWhenBytesOfAnyLengthAreHashed() {
    Seeds.check(
        600,
        generator -> {
          byte[] bytes = generator.bytes(generator.below(150));
          long seed = generator.chance(50) ? generator.ofBits(64) : generator.below(3);
          assertEquals(PlainXxh64.of(bytes, seed), Hash64.of(bytes, seed));
        });
  }

  @Test
  void shouldStayTheSameWhenNumberIsMixed() {
    assertEquals(-1205034819632174695L, Hash64.mix(0));
    assertEquals(0xadee83542c1d2733L, Hash64.mix(1));
  }
}
