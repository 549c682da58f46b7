/**
 * The command line: what a person types, and what programs read from it.
 *
 * <p>Start with {@link io.volute.cli.ClientCommand}; a command is a class. It knows the HTTP
 * commands of a node by their paths, parameters and headers, as any other client does, and nothing
 * of how a node serves them. Argument parsing (picocli) is used here and nowhere else. Inside are
 * three smaller rooms: {@code text} reads and writes what is shown, {@code doctor} looks for what
 * is wrong, and {@code bench} makes load; they never look back at the commands.
 */
package io.volute.cli;
