package io.volute.causal;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.zip.CRC32C;

/**
 * A context as clients carry it: URL-safe base64 of a format byte, {@link ContextBytes} and 16 bits
 * of checksum. Clients must treat it as opaque. The checksum is there to answer a mangled token
 * with an error instead of with a context that nobody issued; it is no protection against forgery.
 *
 * <p>Equal contexts have equal tokens on every member.
 */
public final class ContextToken {
  /** The longest token that is read, in characters. */
  public static final int MAX_LENGTH = (ContextBytes.MAX_BYTES + 3) * 4 / 3 + 4;

  private static final byte FORMAT = 1;
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
  private static final Base64.Decoder DECODER = Base64.getUrlDecoder();

  private ContextToken() {}

  public static String encode(CausalContext context) {
    ByteBuffer out = ByteBuffer.allocate(1 + ContextBytes.sizeBytes(context) + 2);
    out.put(FORMAT);
    ContextBytes.write(context, out);
    out.putShort(checksum(out.array(), out.position()));
    return ENCODER.encodeToString(out.array());
  }

  /** Reads a token; the exception says in a few words what is wrong with it. */
  public static CausalContext decode(String token) throws MalformedContextException {
    if (token.length() > MAX_LENGTH) {
      throw new MalformedContextException("it is longer than " + MAX_LENGTH + " characters");
    }
    byte[] bytes;
    try {
      bytes = DECODER.decode(token);
    } catch (IllegalArgumentException e) {
      throw new MalformedContextException("it is not URL-safe base64", e);
    }
    if (bytes.length < 4) {
      throw new MalformedContextException("it is too short");
    }
    if (bytes[0] != FORMAT) {
      throw new MalformedContextException("its format " + bytes[0] + " is not known");
    }
    int end = bytes.length - 2;
    if (ByteBuffer.wrap(bytes).getShort(end) != checksum(bytes, end)) {
      throw new MalformedContextException("its checksum does not match");
    }
    ByteBuffer in = ByteBuffer.wrap(bytes, 1, end - 1);
    CausalContext context = ContextBytes.read(in);
    if (in.hasRemaining() || !ENCODER.encodeToString(bytes).equals(token)) {
      throw new MalformedContextException("it is not in its canonical form");
    }
    return context;
  }

  private static short checksum(byte[] bytes, int end) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, 0, end);
    return (short) checksum.getValue();
  }
}
