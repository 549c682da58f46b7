package io.volute.transport.seal;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.volute.transport.seal.ClusterKeys.MalformedKeysException;

/** Guards for tests, which can't choose such things from outside. */
public final class TestGuards {
  private TestGuards() {}

  /** A guard by the given keys, which are made long enough. */
  public static Guard of(String... keys) {
    return of(SealForm.AES_GCM, Sealed.PHASE_DATAGRAMS, keys);
  }

  public static Guard ofChaCha(String... keys) {
    return of(SealForm.CHACHA20_POLY1305, Sealed.PHASE_DATAGRAMS, keys);
  }

  /** One that changes its keys after so many datagrams. */
  public static Guard restless(long phaseDatagrams, String... keys) {
    return of(SealForm.AES_GCM, phaseDatagrams, keys);
  }

  private static Guard of(SealForm form, long phaseDatagrams, String... keys) {
    StringBuilder text = new StringBuilder();
    for (String key : keys) {
      text.append(key.repeat(ClusterKeys.MIN_BYTES)).append('\n');
    }
    try {
      return new KeyGuard(
          ClusterKeys.parse(text.toString().getBytes(US_ASCII)), form, phaseDatagrams);
    } catch (MalformedKeysException e) {
      throw new AssertionError(e);
    }
  }
}
