/**
 * Looks at nodes through what they tell every client, and says what is wrong and what to do.
 *
 * <p>Start with {@link io.volute.cli.doctor.Examination}. What a node does not tell, because it is
 * older or newer, is left out of the findings and never guessed.
 */
package io.volute.cli.doctor;
