package io.volute.jmh;

import io.volute.causal.CausalContext;
import io.volute.causal.ContextToken;
import io.volute.causal.MalformedContextException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** The token that each HTTP answer carries, and each careful write brings back. */
public class ContextTokenBenchmark extends ShortRun {
  @Param({"1", "3", "8"})
  private int actors;

  private CausalContext context;
  private String token;

  @Setup
  public void prepare() {
    context = Samples.context(actors);
    token = ContextToken.encode(context);
  }

  @Benchmark
  public String encode() {
    return ContextToken.encode(context);
  }

  @Benchmark
  public CausalContext decode() throws MalformedContextException {
    return ContextToken.decode(token);
  }
}
