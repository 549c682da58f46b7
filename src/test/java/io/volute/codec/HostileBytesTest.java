package io.volute.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.volute.message.Message;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever comes from the network is a message or is refused; nothing else may happen. */
class HostileBytesTest {
  private static final long SEED = 4711;
  private static final int MUTATIONS = 160_000;
  private static final int RANDOM_ARRAYS = 40_000;

  /** First bytes that make msgpack expect much: long strings, binaries, arrays, integers, nil. */
  private static final int[] GREEDY = {
    0xc0, 0xc1, 0xc4, 0xc5, 0xc6, 0xcf, 0xd3, 0xd9, 0xda, 0xdb, 0xdc, 0xdd, 0xde, 0xdf, 0xff, 0
  };

  private static final List<MessageKind> KINDS = List.of(MessageKind.values());

  /** {@code a#1:1} */
  private static final String DOT = "93a1610101";

  private final Random random = new Random(SEED);
  private final MessageEncoder encoder = new MessageEncoder(200_000);
  private final MessageDecoder decoder = new MessageDecoder();

  @Test
  void shouldSurviveChangedMessages() {
    ArbitraryMessages messages = new ArbitraryMessages(SEED);
    int accepted = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      int length = encoder.encode(messages.message());
      byte[] bytes = Arrays.copyOf(encoder.bytes(), length);
      int changes = 1 + random.nextInt(3);
      for (int j = 0; j < changes; j++) {
        bytes = mutated(bytes);
      }
      accepted += accepts(bytes) ? 1 : 0;
    }
    assertNotEquals(0, accepted, "no changed message is still one: the changes are too coarse");
  }

  @Test
  void shouldSurviveRandomBytes() {
    for (int i = 0; i < RANDOM_ARRAYS; i++) {
      byte[] bytes = new byte[random.nextInt(60)];
      random.nextBytes(bytes);
      if (bytes.length > 2 && random.nextBoolean()) {
        MessageKind kind = KINDS.get(random.nextInt(KINDS.size()));
        bytes[0] = (byte) (0x90 | (1 + kind.fields()));
        bytes[1] = (byte) MessageKind.TABLE.number(kind);
      }
      accepts(bytes);
    }
  }

  @Test
  void shouldRefuseEveryTruncation() {
    ArbitraryMessages messages = new ArbitraryMessages(SEED);
    for (MessageKind kind : MessageKind.values()) {
      int length = encoder.encode(messages.message(kind));
      byte[] bytes = Arrays.copyOf(encoder.bytes(), length);
      for (int end = 0; end < length; end++) {
        int cut = end;
        assertThrows(
            MalformedMessageException.class,
            () -> decoder.decode(bytes, 0, cut),
            () -> kind + " cut at " + cut);
      }
    }
  }

  @Test
  void shouldNotAllocateForAClaimedLength() {
    assertRefused("930d01ddffffffff", "another type"); // a list of 4 G names
    assertRefused("930d01dd7fffffff", "a list is too long");
    assertRefused("930d01dc1000", "a list is too long"); // 4096 names
    assertRefused("930b01c67fffffff", "a length is out of range");
    assertRefused("930b01c6ffffffff", "another type"); // a value of 4 GiB
    assertRefused("940801db7fffffffc3", "a length is out of range");
  }

  @Test
  void shouldRefuseWordsThatDomainTypesWouldRefuse() {
    String fetchValue = "940a01a16b";
    assertAccepted(fetchValue + DOT);
    assertRefused("940a01a0" + DOT, "a name is malformed");
    assertRefused("940a01a1ff" + DOT, "a name is malformed");
    assertRefused("940a01da0401" + "6b".repeat(1025) + DOT, "a length is out of range");
    assertRefused(fetchValue + "93a12f0101", "a node id is malformed");
    assertRefused(fetchValue + "93a00101", "a node id is malformed");
    assertRefused(fetchValue + "93a1ff0101", "printable");
    assertRefused(fetchValue + "93a161ff01", "a number is out of range");
    assertRefused(fetchValue + "93a161cf002000000000000001", "a number is out of range");
    assertRefused(fetchValue + "93a1610100", "a number is out of range");
    assertRefused(fetchValue + "93a16101cf8000000000000000", "another type"); // above 2^63
    assertAccepted("9509010001" + "90");
    assertRefused("9509010101" + "90", "a number is out of range"); // part 1 of 1
    assertRefused("9509010041" + "90", "a number is out of range"); // 65 parts
    assertRefused("920101" + "00", "followed by something");
    assertRefused("930101" + "00", "number of fields");
    assertRefused("926301", "message 99 is not known");
  }

  @Test
  void shouldRefuseVersionsThatDomainTypesWouldRefuse() {
    String replicate = "940601a16b9298" + DOT;
    String nothing = "c40100";
    assertAccepted(replicate + nothing + "01030000a000" + "c400");
    assertAccepted(replicate + nothing + "02030000a000" + "c400");
    assertRefused(replicate + nothing + "03030000a000" + "c400", "version kind 3 is not known");
    assertRefused(replicate + nothing + "01030000a001" + "c400", "another size");
    assertRefused(replicate + nothing + "01030000a0ff" + "c400", "a number is out of range");
    assertRefused(replicate + nothing + "02030000a001" + "c40141", "a tombstone has a value");
    assertRefused(replicate + nothing + "01cd01000000a000" + "c400", "a number is out of range");
    assertRefused(replicate + nothing + "01030000a10000" + "c400", "printable");
    assertRefused(
        replicate + "c406010161010100" + "01030000a000" + "c400", "a version replaces itself");
    assertRefused(replicate + "c4020000" + "01030000a000" + "c400", "a context is followed");
    assertRefused(replicate + "c4017f" + "01030000a000" + "c400", "a context is malformed");
    assertRefused(replicate + "c51001" + "00".repeat(4097), "a context is too large");
  }

  @Test
  void shouldRefuseAnswersThatDomainTypesWouldRefuse() {
    assertAccepted("93040195" + "0202a2686901cd03e8");
    assertRefused("93040195" + "0202a20d0a0100", "more than one line");
    assertRefused("93040195" + "0202a1ff0100", "not UTF-8");
    assertRefused("93040195" + "0200a0" + "0100", "reason 0 is not known");
    assertRefused("93040195" + "0300a0" + "0100", "answer 3 is not known");
    assertRefused("93040195" + "01c40100" + "ff0101", "a number is out of range");
  }

  private boolean accepts(byte[] bytes) {
    Message message;
    try {
      message = decoder.decode(bytes, 0, bytes.length);
    } catch (MalformedMessageException refused) {
      return false;
    } catch (RuntimeException | Error e) {
      return fail(HexFormat.of().formatHex(bytes), e);
    }
    try {
      int length = encoder.encode(message);
      assertNotEquals(MessageEncoder.UNENCODABLE, length, message::toString);
      assertEquals(message, decoder.decode(encoder.bytes(), 0, length));
    } catch (MalformedMessageException e) {
      return fail("read, written, and not read again: " + message, e);
    }
    return true;
  }

  private byte[] mutated(byte[] bytes) {
    int at = random.nextInt(bytes.length);
    switch (random.nextInt(6)) {
      case 0 -> {
        return Arrays.copyOf(bytes, Math.max(1, at));
      }
      case 1 -> {
        return Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(8));
      }
      case 2 -> bytes[at] = (byte) GREEDY[random.nextInt(GREEDY.length)];
      case 3 -> bytes[at] += random.nextBoolean() ? (byte) 1 : (byte) -1;
      case 4 -> {
        int to = random.nextInt(at + 1);
        System.arraycopy(bytes, at, bytes, to, Math.min(4, bytes.length - at));
      }
      default -> bytes[at] ^= (byte) (1 << random.nextInt(8));
    }
    return bytes;
  }

  private void assertRefused(String hex, String reason) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    MalformedMessageException refused =
        assertThrows(
            MalformedMessageException.class, () -> decoder.decode(bytes, 0, bytes.length), hex);
    assertTrue(refused.getMessage().contains(reason), hex + ": " + refused.getMessage());
  }

  private void assertAccepted(String hex) {
    assertTrue(accepts(HexFormat.of().parseHex(hex)), hex);
  }
}
