/**
 * The famous bugs of this kind of store, each as a story that the simulator tells, with the guard
 * that stops it.
 */
package io.volute.history;
