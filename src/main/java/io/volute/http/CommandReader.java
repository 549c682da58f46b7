package io.volute.http;

import io.undertow.util.StatusCodes;
import io.volute.causal.CausalContext;
import io.volute.causal.ContextToken;
import io.volute.causal.MalformedContextException;
import io.volute.command.AckLevel;
import io.volute.record.Mirrors;
import io.volute.record.Name;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Turns query parameters into the words of commands, and says what is allowed where it can't. */
final class CommandReader {
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,12})(ms|s|m|h|d)");
  private static final long MAX_DURATION_MILLIS = 36_500L * 24 * 3600 * 1000;

  private CommandReader() {}

  static Name name(QueryParameters query) throws BadRequestException {
    byte[] bytes =
        query
            .bytes("name")
            .orElseThrow(
                () -> new BadRequestException("parameter 'name' is missing: " + Name.RULE));
    return name(bytes, "parameter 'name'");
  }

  static Name name(byte[] utf8, String what) throws BadRequestException {
    Optional<Name> name = Name.of(utf8);
    if (name.isEmpty()) {
      boolean fits = utf8.length >= 1 && utf8.length <= Name.MAX_BYTES;
      throw new BadRequestException(
          what
              + (fits ? " is not valid UTF-8" : " has " + utf8.length + " bytes")
              + "; a name is "
              + Name.RULE);
    }
    return name.get();
  }

  static Name writableName(Name name) throws BadRequestException {
    if (name.isSystem()) {
      throw new BadRequestException(
          StatusCodes.FORBIDDEN,
          "names that begin with '.membership/' are the system's: they can only be read");
    }
    return name;
  }

  static Optional<CausalContext> version(QueryParameters query) throws BadRequestException {
    Optional<String> token = query.text("version");
    if (token.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(ContextToken.decode(token.get()));
    } catch (MalformedContextException e) {
      throw new BadRequestException(
          "parameter 'version' is not a version of ours: " + e.getMessage());
    }
  }

  /** The level of {@code w} or {@code r}. */
  static AckLevel level(QueryParameters query, String key) throws BadRequestException {
    Optional<String> text = query.text(key);
    if (text.isEmpty()) {
      return AckLevel.DEFAULT;
    }
    return switch (text.get()) {
      case "one" -> AckLevel.ONE;
      case "quorum" -> AckLevel.QUORUM;
      case "all" -> AckLevel.ALL;
      case "local-quorum" -> AckLevel.LOCAL_QUORUM;
      case "each-zone" -> AckLevel.EACH_ZONE;
      default -> AckLevel.of(query.number(key, 1, Mirrors.MAX_COUNT, AckLevel.RULE).orElseThrow());
    };
  }

  /** From {@code mirrors} or its other name {@code copies}. */
  static Optional<Mirrors> mirrors(QueryParameters query) throws BadRequestException {
    if (query.has("mirrors") && query.has("copies")) {
      throw new BadRequestException("'mirrors' and 'copies' are the same: give one of them");
    }
    String key = query.has("copies") ? "copies" : "mirrors";
    return query.number(key, 0, Mirrors.MAX_COUNT, Mirrors.RULE).map(Mirrors::new);
  }

  /** From {@code ttl}; 0 when it isn't given. */
  static long timeToLiveMillis(QueryParameters query) throws BadRequestException {
    return durationMillis(query, "ttl", MAX_DURATION_MILLIS).orElse(0L);
  }

  /** A duration from a millisecond to {@code mostMillis}; empty when it isn't given. */
  static Optional<Long> durationMillis(QueryParameters query, String key, long mostMillis)
      throws BadRequestException {
    Optional<String> text = query.text(key);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    Matcher matcher = DURATION.matcher(text.get());
    if (matcher.matches()) {
      long unit =
          switch (matcher.group(2)) {
            case "ms" -> 1;
            case "s" -> 1000;
            case "m" -> 60_000;
            case "h" -> 3_600_000;
            default -> 86_400_000;
          };
      long count = Long.parseLong(matcher.group(1));
      if (count >= 1 && count <= mostMillis / unit) {
        return Optional.of(count * unit);
      }
    }
    String most =
        mostMillis == MAX_DURATION_MILLIS
            ? "36500d"
            : TimeUnit.MILLISECONDS.toMinutes(mostMillis) + "m";
    throw QueryParameters.refuse(
        key, text.get(), "a number with ms, s, m, h or d, from 1ms to " + most);
  }
}
