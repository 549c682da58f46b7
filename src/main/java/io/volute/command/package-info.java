/**
 * What clients ask of a node and what they are told. Every door speaks these words; nothing here
 * knows of HTTP or RESP.
 */
package io.volute.command;
