/**
 * What every conversation of the core needs: timers, questions to peers that are repeated until
 * they are answered, and waiting for the store. It knows no particular conversation.
 *
 * <p>Start with {@link io.volute.exchange.Surroundings}.
 */
package io.volute.exchange;
