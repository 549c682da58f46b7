/**
 * What protects the datagrams of a session: a checksum, or encryption by keys that only members of
 * the cluster can agree on.
 *
 * <p>Start with {@link io.volute.transport.seal.Guard}. The cryptography itself is the JDK's.
 */
package io.volute.transport.seal;
