/**
 * A load generator: closed loop (as quick as answers come) and open loop (at a fixed rate).
 *
 * <p>Start with {@link io.volute.cli.bench.LoadRun}. HdrHistogram is used here and nowhere else.
 */
package io.volute.cli.bench;
