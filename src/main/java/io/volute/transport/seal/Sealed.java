package io.volute.transport.seal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;

/**
 * Encrypts and authenticates the datagrams of a session. Each direction has keys of its own, which
 * are replaced after a number of datagrams; the header says which one a datagram was sealed with.
 */
final class Sealed implements Protection {
  /** Where a datagram's header has the phase of its key. */
  static final int PHASE_OFFSET = 6;

  /** Far below what AES-GCM bears with one key, and often enough to be sure that it works. */
  static final long PHASE_DATAGRAMS = 1 << 22;

  private static final int MAX_BYTES = 1 << 16;

  private final SealForm form;
  private final Cipher sealing;
  private final Cipher opening;
  private final long phaseDatagrams;
  private final byte[] sealedBytes = new byte[MAX_BYTES];
  private final byte[] plainBytes = new byte[MAX_BYTES];
  private final ByteBuffer sealed = wrap(sealedBytes);
  private final ByteBuffer plain = wrap(plainBytes);
  private PhaseKey sendKey;
  private PhaseKey receiveKey;
  private PhaseKey formerKey;
  private PhaseKey nextKey;
  private long sealedInPhase;

  Sealed(SealForm form, byte[] sendSecret, byte[] receiveSecret, long phaseDatagrams) {
    this.form = form;
    this.sealing = form.newCipher();
    this.opening = form.newCipher();
    this.phaseDatagrams = phaseDatagrams;
    this.sendKey = new PhaseKey(form, sendSecret, (byte) 0);
    this.receiveKey = new PhaseKey(form, receiveSecret, (byte) 0);
    this.formerKey = receiveKey;
    this.nextKey = receiveKey.next();
  }

  private static ByteBuffer wrap(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public int overheadBytes() {
    return SealForm.TAG_BYTES;
  }

  @Override
  public ByteBuffer seal(ByteBuffer datagram, int headerBytes, long number) {
    if (sealedInPhase == phaseDatagrams) {
      sendKey = sendKey.next();
      sealedInPhase = 0;
    }
    sealedInPhase++;
    datagram.put(PHASE_OFFSET, sendKey.phase());
    byte[] in = datagram.array();
    int start = datagram.arrayOffset();
    System.arraycopy(in, start, sealedBytes, 0, headerBytes);
    try {
      sealing.init(Cipher.ENCRYPT_MODE, sendKey.key(), form.parameters(sendKey.nonce(number)));
      sealing.updateAAD(in, start, headerBytes);
      int length = datagram.limit() - headerBytes;
      int written = sealing.doFinal(in, start + headerBytes, length, sealedBytes, headerBytes);
      return sealed.clear().limit(headerBytes + written);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a datagram can't be sealed", e);
    }
  }

  @Override
  public ByteBuffer open(ByteBuffer datagram, int headerBytes, long number) {
    byte phase = datagram.get(PHASE_OFFSET);
    if (phase == receiveKey.phase()) {
      return open(datagram, headerBytes, number, receiveKey);
    }
    if (phase == nextKey.phase()) {
      ByteBuffer opened = open(datagram, headerBytes, number, nextKey);
      if (opened != null) {
        formerKey = receiveKey;
        receiveKey = nextKey;
        nextKey = nextKey.next();
      }
      return opened;
    }
    // One that was overtaken.
    return phase == formerKey.phase() ? open(datagram, headerBytes, number, formerKey) : null;
  }

  private ByteBuffer open(ByteBuffer datagram, int headerBytes, long number, PhaseKey key) {
    int length = datagram.limit() - headerBytes;
    if (length < SealForm.TAG_BYTES) {
      return null;
    }
    byte[] in = datagram.array();
    int start = datagram.arrayOffset();
    try {
      opening.init(Cipher.DECRYPT_MODE, key.key(), form.parameters(key.nonce(number)));
      opening.updateAAD(in, start, headerBytes);
      int written = opening.doFinal(in, start + headerBytes, length, plainBytes, headerBytes);
      System.arraycopy(in, start, plainBytes, 0, headerBytes);
      return plain.clear().limit(headerBytes + written);
    } catch (GeneralSecurityException e) {
      return null;
    }
  }
}
