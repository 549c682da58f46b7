package io.volute.settings;

import io.volute.record.Mirrors;

/**
 * What the core of a node is told: its part of the settings, concluded.
 *
 * @param tuning internal limits and times
 * @param network how members watch each other
 * @param blobs limits and times of large values
 * @param defaultMirrors for writes that name none
 * @param cloneEveryKey whether every mirror count is taken as 0
 * @param maxValueBytes the largest value that the peers' transport carries in one message
 * @param syncIntervalMillis pause between two anti-entropy exchanges
 * @param duty what this node is there for
 */
public record CoreSettings(
    Tuning tuning,
    NetworkTuning network,
    BlobTuning blobs,
    Mirrors defaultMirrors,
    boolean cloneEveryKey,
    int maxValueBytes,
    long syncIntervalMillis,
    Duty duty) {}
