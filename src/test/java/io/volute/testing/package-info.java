/**
 * What property tests share: seeds that replay, random values, and random words of the lowest
 * floor. Start with {@link io.volute.testing.Seeds}. Knows the words and nothing above them.
 */
package io.volute.testing;
