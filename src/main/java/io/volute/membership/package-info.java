/**
 * Who belongs to the cluster and who seems to be alive: the roster, probes, suspicion, gossip,
 * seeds.
 *
 * <p>Knows members and what is said of them. Must not know keys or data: a wrong suspicion may cost
 * time, never a write.
 *
 * <p>Start with the roster and its rule for which of two statements about a member wins. The method
 * is SWIM (Das et al.) with the Lifeguard refinements (Dadgar et al.).
 */
package io.volute.membership;
