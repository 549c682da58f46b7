/**
 * The stored state of a key: its name, its live versions with their metadata, and their values.
 *
 * <p>Start with {@link io.volute.record.VersionSet}: how versions supersede each other. This room
 * knows causality, and nothing of where versions are kept or who asks.
 */
package io.volute.record;
