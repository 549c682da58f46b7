package io.volute.transport.seal;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Keys out of secrets: HKDF with SHA-256, RFC 5869. */
final class Hkdf {
  static final int HASH_BYTES = 32;

  private static final String HMAC = "HmacSHA256";

  private Hkdf() {}

  static byte[] extract(byte[] salt, byte[] secret) {
    // An empty salt is a salt of zeros, which an HMAC key may not be in Java.
    return hmac(salt.length == 0 ? new byte[HASH_BYTES] : salt, secret);
  }

  static byte[] expand(byte[] key, byte[] info, int length) {
    byte[] out = new byte[length];
    byte[] block = {};
    for (int done = 0, counter = 1; done < length; done += HASH_BYTES, counter++) {
      block = hmac(key, block, info, new byte[] {(byte) counter});
      System.arraycopy(block, 0, out, done, Math.min(HASH_BYTES, length - done));
    }
    return out;
  }

  static byte[] hmac(byte[] key, byte[]... parts) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(key, HMAC));
      Arrays.stream(parts).forEach(mac::update);
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + HMAC, e);
    }
  }
}
