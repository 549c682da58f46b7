package io.volute.causal;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.identity.Actor;
import io.volute.identity.NodeId;
import io.volute.testing.Generator;
import io.volute.testing.Seeds;
import io.volute.testing.Words;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContextTokenTest {
  private static final String URL_SAFE =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  private static final Actor A = new Actor(new NodeId("a"), 0);

  @Test
  void shouldStayTheSameWhenTheProgramChanges() throws MalformedContextException {
    // Clients keep tokens for as long as they like: a change here needs a new format byte.
    assertToken("AQDvpQ", CausalContext.EMPTY);
    assertToken("AQEBYQAFAfsBBhI", CausalContext.EMPTY.raised(A, 5).with(new Dot(A, 256)));
  }

  private static void assertToken(String token, CausalContext context)
      throws MalformedContextException {
    assertEquals(token, ContextToken.encode(context));
    assertEquals(context, ContextToken.decode(token));
  }

  @Test
  void shouldComeBackEqualWhenEncodedAndDecoded() {
    Seeds.check(
        2000,
        generator -> {
          CausalContext context = Words.context(generator);
          String token = ContextToken.encode(context);
          assertEquals(context, ContextToken.decode(token));
          assertTrue(token.chars().allMatch(c -> URL_SAFE.indexOf(c) >= 0), token);
          assertEquals(ContextBytes.sizeBytes(context), ContextBytes.encode(context).length);
        });
  }

  @Test
  void shouldHaveEqualTokensJustWhenContextsAreEqual() {
    Seeds.check(
        2000,
        generator -> {
          CausalContext a = Words.context(generator);
          CausalContext b = generator.chance(50) ? Words.context(generator) : a;
          CausalContext left = a.join(b);
          CausalContext right = generator.chance(50) ? b.join(a) : b;
          assertEquals(
              left.equals(right), ContextToken.encode(left).equals(ContextToken.encode(right)));
        });
  }

  @Test
  void shouldNeverReadAnotherFormWhenOneCharacterIsChanged() {
    Seeds.check(
        50,
        generator -> {
          String token = ContextToken.encode(Words.context(generator));
          for (int i = 0; i < token.length(); i++) {
            for (int c = 0; c < URL_SAFE.length(); c++) {
              assertCanonicalOrRefused(replaced(token, i, URL_SAFE.charAt(c)));
            }
            char other = (char) generator.below(0x10000);
            assertCanonicalOrRefused(replaced(token, i, other));
            assertCanonicalOrRefused(token.substring(0, i) + other + token.substring(i));
            assertCanonicalOrRefused(token.substring(0, i) + token.substring(i + 1));
          }
        });
  }

  private static String replaced(String token, int index, char character) {
    return token.substring(0, index) + character + token.substring(index + 1);
  }

  private static void assertCanonicalOrRefused(String token) {
    CausalContext context;
    try {
      context = ContextToken.decode(token);
    } catch (MalformedContextException e) {
      return;
    }
    assertEquals(token, ContextToken.encode(context));
  }

  @Test
  void shouldThrowNothingElseWhenTextOrBytesAreRandom() {
    Seeds.check(
        20_000,
        generator -> {
          assertCanonicalOrRefused(
              generator.text(URL_SAFE + "=+/ \n\u00ff\u20ac", 1 + generator.below(40)));
          assertCanonicalOrRefused(sealed(nearlyContextBytes(generator)));
          assertReadsCanonicalOrRefuses(nearlyContextBytes(generator));
        });
  }

  /** The bytes of a context with some of them changed, or just any bytes. */
  private static byte[] nearlyContextBytes(Generator generator) {
    if (generator.chance(20)) {
      return generator.bytes(generator.below(60));
    }
    byte[] bytes = ContextBytes.encode(Words.context(generator));
    for (int i = generator.below(4); i > 0; i--) {
      bytes[generator.below(bytes.length)] = (byte) generator.ofBits(8);
    }
    return bytes;
  }

  private static void assertReadsCanonicalOrRefuses(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CausalContext context;
    try {
      context = ContextBytes.read(in);
    } catch (MalformedContextException e) {
      return;
    }
    byte[] again = ContextBytes.encode(context);
    assertEquals(ByteBuffer.wrap(bytes, 0, in.position()), ByteBuffer.wrap(again));
  }

  /** A token with these bytes and the checksum that goes with them. */
  private static String sealed(byte[] contextBytes) {
    CRC32C checksum = new CRC32C();
    checksum.update(1);
    checksum.update(contextBytes);
    ByteBuffer out = ByteBuffer.allocate(contextBytes.length + 3).put((byte) 1).put(contextBytes);
    out.putShort((short) checksum.getValue());
    return Base64.getUrlEncoder().withoutPadding().encodeToString(out.array());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0100", // count 0, then a byte too many
        "8000", // count 0 in two bytes
        "0101610000", // an actor that has seen nothing
        "01006100050100", // an empty node id
        "010161000500ff", // a byte too many
        "0101610005010000", // an extra at the base
        "01012f000500", // a node id with a slash
        "020161000500016100050001", // the same actor twice
        "0201620005000161000500", // actors in the wrong order
        "0101618080808080808010050000", // an incarnation of 2^53
        "010161000001ffffffffffffffff7f01", // a number of more than 63 bits
        "0101610001ffffffff7f", // more extras than bytes
        "01016100ffffffffffffffff7f0101", // an extra beyond the greatest counter
        "ffffffffffffffff7f", // more actors than bytes
      })
  void shouldRefuseBytesWhenTheyAreNotCanonical(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    String token = sealed(bytes);
    assertThrows(MalformedContextException.class, () -> ContextToken.decode(token));
  }

  @Test
  void shouldSayWhatIsWrongWhenTokenIsRefused() {
    assertEquals("it is too short", refusal(""));
    assertEquals("it is not URL-safe base64", refusal("AQ+y6A"));
    assertEquals("it is not URL-safe base64", refusal("AQ\u20acy6A"));
    assertEquals("its format 2 is not known", refusal("AgAy6A"));
    assertEquals("its checksum does not match", refusal("AQDvqQ"));
    assertEquals("it is not in its canonical form", refusal("AQDvpQ=="));
    assertEquals("it is longer than 5469 characters", refusal("A".repeat(5470)));
  }

  private static String refusal(String token) {
    return assertThrows(MalformedContextException.class, () -> ContextToken.decode(token))
        .getMessage();
  }

  @Test
  void shouldReadLongestContextWhenItIsWithinTheBound() {
    CausalContext context = CausalContext.EMPTY;
    for (int i = 0; ContextBytes.sizeBytes(context) + 80 < ContextBytes.MAX_BYTES; i++) {
      String node = "n".repeat(60) + (1000 + i);
      context = context.raised(new Actor(new NodeId(node), i), 1L << i);
    }
    CausalContext longest = context;
    assertFalse(longest.actors().size() < 50);
    assertDoesNotThrow(() -> ContextToken.decode(ContextToken.encode(longest)));
  }

  @Test
  void shouldUseOneByteACharacterWhenNodeIdIsWritten() {
    byte[] bytes = ContextBytes.encode(CausalContext.of(new Dot(A, 1)));
    assertEquals("\1\1a\0\0\1\1", new String(bytes, StandardCharsets.ISO_8859_1));
  }
}
