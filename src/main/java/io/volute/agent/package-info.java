/**
 * Threads: one role each, a duty cycle, a bounded mailbox.
 *
 * <p>Knows how work is run and how a thread waits and ends. Must not know what the work is.
 *
 * <p>Start with the duty cycle. This is the only room with JCTools.
 */
package io.volute.agent;
