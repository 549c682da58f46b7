/**
 * Which write has seen which: dots, version vectors, dotted-version-vector sets and the context
 * token that a client carries.
 *
 * <p>Knows order by cause and nothing else. Must not know values, keys, members or time: a clock
 * never decides what replaces what.
 *
 * <p>Start with the dot, then the set that merges, then the token. The rules are those of
 * <em>Dotted Version Vectors: Logical Clocks for Optimistic Replication</em> (Preguiça et al.).
 */
package io.volute.causal;
