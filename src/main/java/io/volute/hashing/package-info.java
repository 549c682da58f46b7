/**
 * Hashes that members must agree on: of a key, for its partition; of a partition and a member, for
 * placement; of a key's versions, for comparing.
 *
 * <p>Any change here moves every key of every cluster, so the tests hold the functions to fixed
 * values. This room knows names and dots, and nothing of members' state.
 */
package io.volute.hashing;
