/**
 * A node inside an application: {@link io.volute.Volute} opens and closes one.
 *
 * <p>The rooms below are listed in reading order in the test {@code ArchitectureTest}.
 */
package io.volute;
