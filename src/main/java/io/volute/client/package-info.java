/**
 * Talking to nodes: what the command line, load makers and applications have in common.
 *
 * <p>Start with {@link io.volute.client.VoluteClient}. It knows the commands of a node as any other
 * client does, and nothing of how a node serves them. Inside are smaller rooms: {@code link}
 * carries bytes, {@code http} and {@code resp} speak protocols over it, {@code json} reads what
 * comes back.
 */
package io.volute.client;
