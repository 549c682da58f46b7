/** Immutable configuration: every key, its default, its unit and the reason. Reads no file. */
package io.volute.settings;
