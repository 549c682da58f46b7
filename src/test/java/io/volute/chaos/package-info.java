/**
 * Real daemons, killed, cut apart and lied to, as a user would start them: {@code scripts/voluted}
 * of this tree, over real sockets and a real disk.
 *
 * <p>Knows the contract with users (flags, HTTP, files) and nothing of the classes behind it. Each
 * test is something that a person could do by hand at a shell. A test that fails prints what each
 * node says of itself, and leaves the homes.
 *
 * <p>Start with {@link io.volute.chaos.TestCluster}, then {@code ThreeNodesProcessTest}.
 */
package io.volute.chaos;
