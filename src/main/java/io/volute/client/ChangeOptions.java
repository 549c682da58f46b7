package io.volute.client;

import io.volute.client.http.HttpRequest;
import java.time.Duration;
import java.util.Optional;

/**
 * How to change a key. Each method gives a copy with one thing more.
 *
 * @param version what it replaces: a context; empty for what this client has seen of the key
 * @param replacesAll replaces all that the node sees, whatever this client has seen
 * @param acks how many owners must have it: a number, {@code one}, {@code quorum} or {@code all};
 *     empty for the node's default
 * @param mirrors how many members keep the key, 0 for all; for writes only
 * @param ttl when the value goes away; for writes only
 * @param contentType what the value is; for writes only
 * @param onlyIfAbsent only when the key has no value
 * @param onlyIfVersion only when the key has exactly this version, as a read gave it
 */
public record ChangeOptions(
    Optional<String> version,
    boolean replacesAll,
    Optional<String> acks,
    Optional<Integer> mirrors,
    Optional<Duration> ttl,
    Optional<String> contentType,
    boolean onlyIfAbsent,
    Optional<String> onlyIfVersion) {
  /** Nothing in particular. */
  public static final ChangeOptions DEFAULT =
      new ChangeOptions(
          Optional.empty(),
          false,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          false,
          Optional.empty());

  /** Replaces just what this context covers. */
  public ChangeOptions replacing(String context) {
    return new ChangeOptions(
        Optional.of(context), false, acks, mirrors, ttl, contentType, onlyIfAbsent, onlyIfVersion);
  }

  /** Replaces all that the node sees, also what this client has not seen. */
  public ChangeOptions replacingAll() {
    return new ChangeOptions(
        Optional.empty(), true, acks, mirrors, ttl, contentType, onlyIfAbsent, onlyIfVersion);
  }

  /** Asks for so many owners. */
  public ChangeOptions acks(String newAcks) {
    return new ChangeOptions(
        version,
        replacesAll,
        Optional.of(newAcks),
        mirrors,
        ttl,
        contentType,
        onlyIfAbsent,
        onlyIfVersion);
  }

  /** Kept by so many members; 0 is all. */
  public ChangeOptions mirrors(int newMirrors) {
    return new ChangeOptions(
        version,
        replacesAll,
        acks,
        Optional.of(newMirrors),
        ttl,
        contentType,
        onlyIfAbsent,
        onlyIfVersion);
  }

  /** Goes away after this time. */
  public ChangeOptions ttl(Duration newTtl) {
    return new ChangeOptions(
        version,
        replacesAll,
        acks,
        mirrors,
        Optional.of(newTtl),
        contentType,
        onlyIfAbsent,
        onlyIfVersion);
  }

  /** Is of this media type. */
  public ChangeOptions contentType(String newType) {
    return new ChangeOptions(
        version,
        replacesAll,
        acks,
        mirrors,
        ttl,
        Optional.of(newType),
        onlyIfAbsent,
        onlyIfVersion);
  }

  /** Only when the key has no value. */
  public ChangeOptions onlyIfAbsent(boolean isOn) {
    return new ChangeOptions(
        version, replacesAll, acks, mirrors, ttl, contentType, isOn, onlyIfVersion);
  }

  /** Only when the key has exactly this version. */
  public ChangeOptions onlyIfVersion(String context) {
    return new ChangeOptions(
        version, replacesAll, acks, mirrors, ttl, contentType, onlyIfAbsent, Optional.of(context));
  }

  /**
   * Puts them on a request.
   *
   * @param seen what this client has seen of the key
   */
  void addTo(HttpRequest request, Optional<String> seen) {
    Optional<String> replaced = replacesAll ? Optional.empty() : version.or(() -> seen);
    replaced.ifPresent(context -> request.parameter("version", context));
    acks.ifPresent(text -> request.parameter("w", text));
    mirrors.ifPresent(number -> request.parameter("mirrors", Integer.toString(number)));
    ttl.ifPresent(duration -> request.parameter("ttl", duration.toMillis() + "ms"));
    contentType.ifPresent(type -> request.header("Content-Type", type));
    if (onlyIfAbsent) {
      request.header("If-None-Match", "*");
    }
    onlyIfVersion.ifPresent(context -> request.header("If-Match", "\"" + context + "\""));
  }
}
