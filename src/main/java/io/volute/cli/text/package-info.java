/**
 * Text for people and programs: JSON in and out, durations, and names made safe for a terminal.
 *
 * <p>It knows nothing of commands or of the network.
 */
package io.volute.cli.text;
