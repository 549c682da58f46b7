/**
 * The core put together: one deterministic machine that takes commands, messages, the passage of
 * time and reports of the store, and acts only through its ports. The daemon and the simulator run
 * the same class.
 *
 * <p>Start with {@link io.volute.kernel.Kernel}.
 */
package io.volute.kernel;
