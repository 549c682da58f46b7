/**
 * What clients ask of a node and what they are told: applied, not applied, or unknown.
 *
 * <p>Knows the questions and the answers. Must not know HTTP, RESP or any other way they arrive,
 * nor how they are carried out.
 *
 * <p>Start with the outcomes: the difference between "not applied" and "unknown" is the promise
 * that clients build on.
 */
package io.volute.command;
