package io.volute.transport.seal;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Guards a cluster by its key. Only who knows it can make a hello that is answered, or an answer
 * that is taken; the keys of a session come from it and from a fresh agreement of the two sides, so
 * that they stay secret even when the cluster's key becomes known later.
 *
 * <p>The shape is Noise's NNpsk0 with the JDK's primitives: an ephemeral share each way, and all
 * that was said goes into the keys.
 */
public final class KeyGuard implements Guard {
  private static final int PROOF_BYTES = 16;

  /** Where a hello names the way to seal. */
  private static final int FORM_OFFSET = 7;

  private static final byte[] SALT = "volute peers 1".getBytes(US_ASCII);

  /** What follows from one cluster key. */
  private record Secret(byte[] root, byte[] helloKey) {
    static Secret of(byte[] clusterKey) {
      byte[] root = Hkdf.extract(SALT, clusterKey);
      return new Secret(root, Hkdf.expand(root, "hello".getBytes(US_ASCII), Hkdf.HASH_BYTES));
    }
  }

  /** What both sides know after a handshake. */
  private record Agreed(byte[] master, byte[] transcript) {
    byte[] derive(String use) {
      byte[] name = use.getBytes(US_ASCII);
      byte[] info = Arrays.copyOf(name, name.length + transcript.length);
      System.arraycopy(transcript, 0, info, name.length, transcript.length);
      return Hkdf.expand(master, info, Hkdf.HASH_BYTES);
    }
  }

  private final List<Secret> secrets;
  private final SealForm form;
  private final long phaseDatagrams;

  public KeyGuard(ClusterKeys keys) {
    this(keys, SealForm.quickest(), Sealed.PHASE_DATAGRAMS);
  }

  KeyGuard(ClusterKeys keys, SealForm form, long phaseDatagrams) {
    this.secrets = keys.keys().stream().map(Secret::of).toList();
    this.form = form;
    this.phaseDatagrams = phaseDatagrams;
  }

  @Override
  public int trailerBytes() {
    return PROOF_BYTES;
  }

  @Override
  public Opening open() {
    Agreement own = new Agreement();
    return new Opening() {
      @Override
      public byte[] share() {
        return own.share();
      }

      @Override
      public Protection conclude(ByteBuffer hello, ByteBuffer welcome, byte[] peerShare) {
        Optional<byte[]> shared = own.secretWith(peerShare);
        if (shared.isEmpty()) {
          return null;
        }
        Agreed agreed = agree(secrets.get(0), shared.get(), hello, welcome);
        if (!isProved(welcome, agreed.derive("welcome"))) {
          return null;
        }
        return new Sealed(
            form, agreed.derive("first side"), agreed.derive("second side"), phaseDatagrams);
      }
    };
  }

  @Override
  public void proveHello(ByteBuffer hello) {
    hello.put(FORM_OFFSET, form.number());
    prove(hello, secrets.get(0).helloKey());
  }

  @Override
  public int checkHello(ByteBuffer hello) {
    for (int i = 0; i < secrets.size(); i++) {
      if (isProved(hello, secrets.get(i).helloKey())) {
        return i;
      }
    }
    return -1;
  }

  @Override
  public Answering answer(ByteBuffer hello, byte[] share, int secret) {
    Agreement own = new Agreement();
    Optional<byte[]> shared = own.secretWith(share);
    Optional<SealForm> asked = SealForm.of(hello.get(FORM_OFFSET));
    if (shared.isEmpty() || asked.isEmpty()) {
      return null;
    }
    ByteBuffer said = ByteBuffer.wrap(Arrays.copyOf(body(hello), hello.limit()));
    return new Answering() {
      @Override
      public byte[] share() {
        return own.share();
      }

      @Override
      public Protection conclude(ByteBuffer welcome) {
        Agreed agreed = agree(secrets.get(secret), shared.get(), said, welcome);
        prove(welcome, agreed.derive("welcome"));
        return new Sealed(
            asked.get(), agreed.derive("second side"), agreed.derive("first side"), phaseDatagrams);
      }
    };
  }

  private static Agreed agree(Secret secret, byte[] shared, ByteBuffer hello, ByteBuffer welcome) {
    try {
      MessageDigest transcript = MessageDigest.getInstance("SHA-256");
      transcript.update(body(hello));
      transcript.update(body(welcome));
      return new Agreed(Hkdf.extract(secret.root(), shared), transcript.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** All but the trailer. */
  private static byte[] body(ByteBuffer datagram) {
    byte[] body = new byte[datagram.limit() - PROOF_BYTES];
    datagram.get(0, body);
    return body;
  }

  private static byte[] proofOf(ByteBuffer datagram, byte[] key) {
    return Arrays.copyOf(Hkdf.hmac(key, body(datagram)), PROOF_BYTES);
  }

  private static void prove(ByteBuffer datagram, byte[] key) {
    datagram.put(datagram.limit() - PROOF_BYTES, proofOf(datagram, key));
  }

  private static boolean isProved(ByteBuffer datagram, byte[] key) {
    if (datagram.limit() < PROOF_BYTES) {
      return false;
    }
    byte[] found = new byte[PROOF_BYTES];
    datagram.get(datagram.limit() - PROOF_BYTES, found);
    return MessageDigest.isEqual(found, proofOf(datagram, key));
  }
}
