/**
 * Causality: dots, causal contexts and the opaque token that carries a context through a client.
 *
 * <p>Start with {@link io.volute.causal.CausalContext}. This room knows nothing of keys, values,
 * clocks or the network; it must never learn about wall-clock time.
 */
package io.volute.causal;
