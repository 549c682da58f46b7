/**
 * What a node is told before it starts: every setting with its default, unit, range and reason, the
 * readers of flags and of the config file, and the internal limits.
 *
 * <p>Start with {@link io.volute.settings.SettingKeys}, the table of all settings; {@link
 * io.volute.settings.Settings} is what the rest of the house sees. This room knows addresses and
 * mirror counts. It reads no file and asks no network: its callers hand it text, and whether a host
 * is loopback is judged by how it is written.
 */
package io.volute.settings;
