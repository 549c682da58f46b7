/**
 * Copies at members that own nothing: what those who coordinate changes bring to followers, and how
 * far behind a follower's copy may be.
 *
 * <p>Start with {@link io.volute.following.Following}, a follower's side, then {@link
 * io.volute.following.Followers}, the other one. This room does not know how reads are answered.
 */
package io.volute.following;
