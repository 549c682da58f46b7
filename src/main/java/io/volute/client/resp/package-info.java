/**
 * As much of the Redis protocol as it takes to make load with it.
 *
 * <p>It knows nothing of how a node serves it.
 */
package io.volute.client.resp;
