package io.volute.causal;

import io.volute.identity.Actor;
import io.volute.identity.NodeId;
import io.volute.testing.Fuzzing;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Tokens that clients hand in are refused, or are exactly what we would have issued. */
public final class ContextTokenFuzzTest {
  /** For {@code scripts/jazzer}. */
  public static void fuzzerTestOneInput(byte[] input) {
    String token = new String(input, StandardCharsets.ISO_8859_1);
    try {
      CausalContext context = ContextToken.decode(token);
      if (!ContextToken.encode(context).equals(token)) {
        throw new AssertionError(token + " is also " + ContextToken.encode(context));
      }
    } catch (MalformedContextException e) {
      if (e.getMessage() == null || e.getMessage().isBlank()) {
        throw new AssertionError("no reason for " + token, e);
      }
    }
    ofContent(input);
  }

  /** Past the checksum, which random changes never meet. */
  private static void ofContent(byte[] content) {
    try {
      CausalContext context = ContextBytes.read(ByteBuffer.wrap(content));
      CausalContext again = ContextToken.decode(ContextToken.encode(context));
      if (!again.equals(context)) {
        throw new AssertionError(context + " comes back as " + again);
      }
    } catch (MalformedContextException e) {
      // Refused, as most are.
    }
  }

  private static CausalContext context(String... nodes) {
    CausalContext context = CausalContext.EMPTY;
    for (String node : nodes) {
      Actor actor = new Actor(new NodeId(node), 77);
      context = context.with(new Dot(actor, 1)).with(new Dot(actor, 3)).with(new Dot(actor, 4));
    }
    return context;
  }

  @Test
  void shouldHoldForSeededInputs() {
    byte[] content = new byte[ContextBytes.sizeBytes(context("a", "b"))];
    ContextBytes.write(context("a", "b"), ByteBuffer.wrap(content));
    Fuzzing.run(
        ContextTokenFuzzTest::fuzzerTestOneInput,
        ContextToken.encode(CausalContext.EMPTY),
        ContextToken.encode(context("a")),
        ContextToken.encode(context("a", "b", "node-c")),
        new String(content, StandardCharsets.ISO_8859_1));
  }
}
