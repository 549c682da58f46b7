package io.volute.transport.seal;

import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.spec.AlgorithmParameterSpec;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** The ways to seal. Who begins a session chooses; everybody understands both. */
enum SealForm {
  AES_GCM(1, "AES/GCM/NoPadding", "AES") {
    @Override
    AlgorithmParameterSpec parameters(byte[] nonce) {
      return new GCMParameterSpec(8 * TAG_BYTES, nonce);
    }
  },
  CHACHA20_POLY1305(2, "ChaCha20-Poly1305", "ChaCha20") {
    @Override
    AlgorithmParameterSpec parameters(byte[] nonce) {
      return new IvParameterSpec(nonce);
    }
  };

  static final int TAG_BYTES = 16;
  static final int NONCE_BYTES = 12;
  static final int KEY_BYTES = 32;

  /** Processors whose instructions for AES the JVM uses. */
  private static final List<String> WITH_AES = List.of("amd64", "x86_64", "aarch64");

  private final byte number;
  private final String cipher;
  private final String key;

  SealForm(int number, String cipher, String key) {
    this.number = (byte) number;
    this.cipher = cipher;
    this.key = key;
  }

  abstract AlgorithmParameterSpec parameters(byte[] nonce);

  /** What stands for it in a hello. */
  byte number() {
    return number;
  }

  static Optional<SealForm> of(byte number) {
    return List.of(values()).stream().filter(form -> form.number == number).findFirst();
  }

  /** The quicker one on this machine. */
  static SealForm quickest() {
    String processor = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    return WITH_AES.contains(processor) ? AES_GCM : CHACHA20_POLY1305;
  }

  Cipher newCipher() {
    try {
      return Cipher.getInstance(cipher);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform since 11 has " + cipher, e);
    }
  }

  Key keyOf(byte[] bytes) {
    return new SecretKeySpec(bytes, key);
  }
}
