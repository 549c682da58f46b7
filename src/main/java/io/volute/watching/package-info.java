/**
 * Telling clients of changes as this member applies them: a bounded memory of the newest ones, and
 * those who wait for the next.
 *
 * <p>Start with {@link io.volute.watching.Watches}. It knows nothing of how changes come about,
 * only that all of them pass through the store.
 */
package io.volute.watching;
