package io.volute.transport.seal;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.Key;

/** The key of one direction for one phase of a session, and the way to the next. */
final class PhaseKey {
  private final SealForm form;
  private final byte[] secret;
  private final Key key;
  private final byte[] mask;
  private final byte[] nonce = new byte[SealForm.NONCE_BYTES];
  private final byte phase;

  PhaseKey(SealForm form, byte[] secret, byte phase) {
    this.form = form;
    this.secret = secret;
    this.phase = phase;
    this.key = form.keyOf(derive("key", SealForm.KEY_BYTES));
    this.mask = derive("nonce", SealForm.NONCE_BYTES);
  }

  private byte[] derive(String use, int length) {
    return Hkdf.expand(secret, use.getBytes(US_ASCII), length);
  }

  PhaseKey next() {
    return new PhaseKey(form, derive("next", Hkdf.HASH_BYTES), (byte) (phase + 1));
  }

  byte phase() {
    return phase;
  }

  Key key() {
    return key;
  }

  /** The nonce of a datagram; each number is used once with this key. Lent until the next call. */
  byte[] nonce(long number) {
    for (int i = 0; i < nonce.length; i++) {
      int shift = 8 * (nonce.length - 1 - i);
      nonce[i] = (byte) (mask[i] ^ (shift < Long.SIZE ? number >>> shift : 0));
    }
    return nonce;
  }
}
