/**
 * What peers tell each other, as records. How they are written on the wire is the codec's business,
 * what they lead to is the core's.
 */
package io.volute.message;
