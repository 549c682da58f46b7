/**
 * Letting go of deleted and expired keys once nothing can bring back what they had been.
 *
 * <p>Start with {@link io.volute.reaping.Reaper}, which asks and decides, then {@link
 * io.volute.reaping.Floors}, which remembers. See {@code docs/adr/0017}.
 */
package io.volute.reaping;
