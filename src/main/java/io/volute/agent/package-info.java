/**
 * Threads with a duty cycle, and the bounded mailboxes through which others reach them.
 *
 * <p>Start with {@link io.volute.agent.Agent}; {@link io.volute.agent.Doorbell} holds the one
 * protocol by which a thread falls asleep and is woken. A thread owns its state; others hand it
 * messages and never wait for it.
 *
 * <p>This room is the only one that knows JCTools. It must not know what its threads do: nothing of
 * messages, members, sockets or storage.
 */
package io.volute.agent;
