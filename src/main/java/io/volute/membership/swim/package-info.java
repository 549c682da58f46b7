/**
 * Who answers: SWIM's probes and suspicions (Das, Gupta, Motivala: "SWIM: Scalable
 * Weakly-consistent Infection-style Process Group Membership Protocol", DSN 2002) with Lifeguard's
 * local health (Dadgar, Phillips, Currey: "Lifeguard: Local Health Awareness for More Accurate
 * Failure Detection", 2017).
 *
 * <p>A class for each mechanism; {@link io.volute.membership.swim.Detector} puts them together.
 * This part knows who the members are only by being told.
 */
package io.volute.membership.swim;
