package io.volute.codec;

import io.volute.causal.CausalContext;
import io.volute.causal.Dot;
import io.volute.identity.Actor;
import io.volute.identity.NodeId;
import io.volute.record.BlobId;
import io.volute.record.Mirrors;
import io.volute.record.Name;
import io.volute.record.Value;
import io.volute.record.Version;
import java.util.Random;

/** The words that messages are made of, from a seed; the edges of each range come up often. */
public final class ArbitraryWords {
  private static final String NODE_CHARACTERS =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
  private static final int[] CHARACTERS = {
    'a', 'z', '/', '.', 0, '\n', 0x7f, 0xe9, 0x20ac, 0x1f600
  };

  private final Random random;

  public ArbitraryWords(long seed) {
    this.random = new Random(seed);
  }

  public int below(int bound) {
    return random.nextInt(bound);
  }

  /** True once in so many times. */
  public boolean chance(int oneIn) {
    return random.nextInt(oneIn) == 0;
  }

  public <T> T oneOf(T[] choices) {
    return choices[below(choices.length)];
  }

  public long anyLong() {
    return switch (below(6)) {
      case 0 -> Long.MIN_VALUE;
      case 1 -> Long.MAX_VALUE;
      case 2 -> below(300) - 150L;
      default -> random.nextLong();
    };
  }

  /** 0 and up. */
  public long positive() {
    return anyLong() & Long.MAX_VALUE;
  }

  public NodeId nodeId() {
    // Few different ones, so that contexts and dots have actors in common.
    int length = chance(8) ? NodeId.MAX_LENGTH : 1;
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(NODE_CHARACTERS.charAt(below(length == 1 ? 4 : NODE_CHARACTERS.length())));
    }
    return new NodeId(text.toString());
  }

  public Dot dot() {
    long incarnation = chance(8) ? Actor.MAX_INCARNATION : below(3);
    long counter = chance(8) ? Long.MAX_VALUE : 1 + positive() % (chance(2) ? 50 : 1L << 40);
    return new Dot(new Actor(nodeId(), incarnation), counter);
  }

  public CausalContext context() {
    CausalContext context = CausalContext.EMPTY;
    int dots = below(8);
    for (int i = 0; i < dots; i++) {
      Dot dot = dot();
      context = chance(3) ? context.raised(dot.actor(), dot.counter()) : context.with(dot);
    }
    return context;
  }

  public Name name() {
    if (chance(20)) {
      return Name.of("n".repeat(Name.MAX_BYTES));
    }
    StringBuilder text = new StringBuilder("k");
    int length = below(20);
    for (int i = 0; i < length; i++) {
      text.appendCodePoint(CHARACTERS[below(CHARACTERS.length)]);
    }
    return Name.of(text.toString());
  }

  /** Bytes, or now and then a blob. */
  public Value value() {
    return chance(10) ? blob() : inline();
  }

  public Value.Blob blob() {
    return new Value.Blob(
        new BlobId(random.nextLong(), random.nextLong()), 1 + below(1 << 30), random.nextInt());
  }

  public Value inline() {
    byte[] bytes = new byte[chance(4) ? 0 : below(chance(10) ? 2000 : 60)];
    random.nextBytes(bytes);
    return Value.of(bytes);
  }

  public Mirrors mirrors() {
    return new Mirrors(chance(4) ? 0 : below(Mirrors.MAX_COUNT + 1));
  }

  public String contentType() {
    return switch (below(4)) {
      case 0 -> "";
      case 1 -> "x".repeat(Version.MAX_CONTENT_TYPE_LENGTH);
      default -> "text/plain; charset=utf-8 ~";
    };
  }

  /** One line of text. */
  public String line() {
    return switch (below(3)) {
      case 0 -> "";
      case 1 -> "€".repeat(below(WireLimits.MAX_EXPLANATION_BYTES / 3));
      default -> "level 9: allowed is a number from 1 to 3";
    };
  }
}
