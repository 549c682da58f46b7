package io.volute.settings;

import io.volute.identity.HostPort;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * How the value of a setting is written.
 *
 * @param allowed what a user is told: what may be written
 * @param unit what the value counts, or empty
 * @param reader from text; empty when the text is not allowed. It throws nothing
 */
public record ValueForm<T>(String allowed, String unit, Function<String, Optional<T>> reader) {
  private static final int MAX_PATH_BYTES = 4096;

  /** The value that the text stands for; empty when it is not allowed. */
  public Optional<T> read(String text) {
    return reader.apply(text);
  }

  /** One of a few words, or whatever a reader of its own takes. */
  static <T> ValueForm<T> of(String allowed, Function<String, Optional<T>> reader) {
    return new ValueForm<>(allowed, "", reader);
  }

  /** A switch: on or off. */
  static ValueForm<Boolean> onOrOff() {
    return of(
        "true or false",
        text ->
            switch (text) {
              case "true" -> Optional.of(true);
              case "false" -> Optional.of(false);
              default -> Optional.empty();
            });
  }

  static ValueForm<String> oneOf(String allowed, List<String> words) {
    return of(allowed, text -> words.contains(text) ? Optional.of(text) : Optional.empty());
  }

  /** A whole number from {@code least} to {@code most}. */
  static ValueForm<Integer> number(int least, int most, String unit) {
    return new ValueForm<>(
        "a number from " + least + " to " + most,
        unit,
        text -> {
          OptionalLong number = Quantity.NUMBER.read(text);
          return number.isPresent() && number.getAsLong() >= least && number.getAsLong() <= most
              ? Optional.of((int) number.getAsLong())
              : Optional.empty();
        });
  }

  /** A duration in milliseconds, from {@code least} to {@code most}, written like those. */
  static ValueForm<Long> duration(String least, String most) {
    String allowed = "a duration from " + least + " to " + most + ", with ms, s, m, h or d";
    return quantity(Quantity.DURATION, allowed, "duration", least, most);
  }

  /** A size in bytes, from {@code least} to {@code most}, written like those. */
  static ValueForm<Long> size(String least, String most) {
    String allowed = "a size from " + least + " to " + most + ", in bytes or with k, m, g or t";
    return quantity(Quantity.SIZE, allowed, "size", least, most);
  }

  private static ValueForm<Long> quantity(
      Quantity quantity, String allowed, String unit, String least, String most) {
    long from = quantity.read(least).orElseThrow();
    long to = quantity.read(most).orElseThrow();
    return new ValueForm<>(
        allowed,
        unit,
        text -> {
          OptionalLong value = quantity.read(text);
          return value.isPresent() && value.getAsLong() >= from && value.getAsLong() <= to
              ? Optional.of(value.getAsLong())
              : Optional.empty();
        });
  }

  /** The name of a file or directory. Whether it is there is not looked at. */
  static ValueForm<String> path() {
    return path(MAX_PATH_BYTES);
  }

  static ValueForm<String> path(int maxBytes) {
    return of(
        "a path of 1 to " + maxBytes + " bytes",
        text ->
            text.isEmpty()
                    || text.indexOf('\0') >= 0
                    || text.getBytes(StandardCharsets.UTF_8).length > maxBytes
                ? Optional.empty()
                : Optional.of(text));
  }

  /** The beginning of a name: not empty, since not giving one means any. */
  static ValueForm<String> prefix(int maxBytes) {
    return of(
        "1 to " + maxBytes + " bytes of UTF-8",
        text ->
            text.isEmpty() || text.getBytes(StandardCharsets.UTF_8).length > maxBytes
                ? Optional.empty()
                : Optional.of(text));
  }

  /** A host name or a literal address; brackets around IPv6 are optional and are taken off. */
  static ValueForm<String> host() {
    return of("a host name or address, without a port", ValueForm::readHost);
  }

  static ValueForm<HostPort> hostPort() {
    return of(HostPort.RULE, HostPort::parse);
  }

  private static Optional<String> readHost(String text) {
    if (text.startsWith("[")) {
      return HostPort.parse(text + ":1").map(HostPort::host);
    }
    return HostPort.isHost(text) ? Optional.of(text) : Optional.empty();
  }
}
