/**
 * What the core asks of the world: time, chance, the network and durable storage. Every port has a
 * real adapter and a deterministic one in the simulator. Nothing here does anything.
 */
package io.volute.port;
