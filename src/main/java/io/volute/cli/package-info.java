/**
 * The command line: {@code voluted} and its flags, {@code volute} and its commands.
 *
 * <p>Knows arguments, standard streams and exit codes. Must not know more of a node than its
 * settings and its start.
 *
 * <p>Start with {@code Main}. This is the only room with picocli.
 */
package io.volute.cli;
