/**
 * What a node is told once, at its start: each setting with its default, unit, bounds and reason.
 *
 * <p>Knows values that don't change while the node runs. Must not know where they came from (flags,
 * a file, a test) or what is built from them.
 *
 * <p>Start with the limits: whatever grows has its bound here.
 */
package io.volute.settings;
