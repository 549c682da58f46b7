/**
 * What a node counts about itself, in the form that Prometheus reads.
 *
 * <p>{@link io.volute.metrics.MeteredGate} stands between the doors and the node and counts what
 * passes; {@link io.volute.metrics.NodeMetrics} has all metrics, and asks the node for what only it
 * knows when somebody looks.
 */
package io.volute.metrics;
