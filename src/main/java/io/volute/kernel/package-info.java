/**
 * The core in one piece: takes a message, a timer, a command or a store's report and lets the right
 * room decide.
 *
 * <p>Knows every room of the core and the order of calls. Must not decide anything itself, start a
 * thread, read a clock, or iterate what has no order: daemon and simulator run this very code.
 *
 * <p>Start with its four entrances; all else in the core is reached from them.
 */
package io.volute.kernel;
