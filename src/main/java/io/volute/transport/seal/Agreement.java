package io.volute.transport.seal;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.interfaces.XECPublicKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPublicKeySpec;
import java.util.Optional;
import javax.crypto.KeyAgreement;

/** One side of a key agreement by X25519 (RFC 7748), with a key pair that is used once. */
final class Agreement {
  private static final String CURVE = "X25519";
  private static final int LAST = Guard.SHARE_BYTES - 1;

  private final KeyPair pair;

  Agreement() {
    try {
      pair = KeyPairGenerator.getInstance(CURVE).generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform since 11 has " + CURVE, e);
    }
  }

  /** The public key as the RFC writes it: little-endian. */
  byte[] share() {
    byte[] number = ((XECPublicKey) pair.getPublic()).getU().toByteArray();
    byte[] share = new byte[Guard.SHARE_BYTES];
    for (int i = 0; i < Math.min(number.length, share.length); i++) {
      share[i] = number[number.length - 1 - i];
    }
    return share;
  }

  /** Empty where the other's share is one that gives everybody the same secret. */
  Optional<byte[]> secretWith(byte[] peerShare) {
    byte[] number = new byte[Guard.SHARE_BYTES];
    for (int i = 0; i <= LAST; i++) {
      number[i] = peerShare[LAST - i];
    }
    number[0] &= 0x7f;
    try {
      PublicKey peer =
          KeyFactory.getInstance(CURVE)
              .generatePublic(
                  new XECPublicKeySpec(NamedParameterSpec.X25519, new BigInteger(1, number)));
      KeyAgreement agreement = KeyAgreement.getInstance(CURVE);
      agreement.init(pair.getPrivate());
      agreement.doPhase(peer, true);
      return Optional.of(agreement.generateSecret());
    } catch (GeneralSecurityException e) {
      return Optional.empty();
    }
  }
}
