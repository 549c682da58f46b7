package io.volute.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValueFormTest {
  private static final ValueForm<Long> DURATION = ValueForm.duration("1ms", "30d");
  private static final ValueForm<Long> SIZE = ValueForm.size("0", "64t");
  private static final ValueForm<Integer> NUMBER = ValueForm.number(1, 65535, "port");

  @ParameterizedTest
  @CsvSource({
    "250ms, 250",
    "2s, 2000",
    "5m, 300000",
    "1h, 3600000",
    "7d, 604800000",
    "1ms, 1",
    "007s, 7000"
  })
  void shouldReadMillisecondsWhenDurationHasUnit(String text, long millis) {
    assertEquals(Optional.of(millis), DURATION.read(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "2",
        "s",
        "ms",
        "2S",
        "2 s",
        " 2s",
        "-2s",
        "+2s",
        "2.5s",
        "2sec",
        "0ms",
        "31d",
        "1w",
        "9223372036854775807d",
        "99999999999999999999ms",
        "٢s",
        "2s\n"
      })
  void shouldRefuseWhenDurationIsMalformedOrOutOfRange(String text) {
    assertEquals(Optional.empty(), DURATION.read(text));
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "17, 17", "64k, 65536", "3m, 3145728", "1g, 1073741824", "2t, 2199023255552"})
  void shouldReadBytesWhenSizeIsGiven(String text, long bytes) {
    assertEquals(Optional.of(bytes), SIZE.read(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "k", "64K", "64kb", "-1", "1.5g", "65t", "9223372036854775807t"})
  void shouldRefuseWhenSizeIsMalformedOrOutOfRange(String text) {
    assertEquals(Optional.empty(), SIZE.read(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "65536", "-1", "+1", "0x10", "1e3", "4294967297", "1 "})
  void shouldRefuseWhenNumberIsMalformedOrOutOfRange(String text) {
    assertEquals(Optional.empty(), NUMBER.read(text));
  }

  @ParameterizedTest
  @CsvSource({
    "localhost, localhost",
    "10.0.0.1, 10.0.0.1",
    "::1, ::1",
    "[::1], ::1",
    "fe80::1%eth0, fe80::1%eth0",
    "my_node-1.example, my_node-1.example"
  })
  void shouldReadHostWhenItStandsAlone(String text, String host) {
    assertEquals(Optional.of(host), ValueForm.host().read(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "10.0.0.1:80", "[10.0.0.1]", "[]", "[", "[::1", "::1]", "a b", "a/b", "a,b"})
  void shouldRefuseWhenHostIsMalformedOrHasPort(String text) {
    assertEquals(Optional.empty(), ValueForm.host().read(text));
  }

  @Test
  void shouldRefusePathWhenNoFileCanHaveIt() {
    assertEquals(Optional.empty(), ValueForm.path().read(""));
    assertEquals(Optional.empty(), ValueForm.path().read("a\0b"));
    assertEquals(Optional.empty(), ValueForm.path().read("ä".repeat(2049)));
    assertEquals(Optional.of("a b"), ValueForm.path().read("a b"));
  }

  @ParameterizedTest
  @CsvSource({
    "node.example, node.example, 1593",
    "node.example:7, node.example, 7",
    "[::1]:7, ::1, 7",
    "[::1], ::1, 1593",
    "fe80::2:7, fe80::2:7, 1593"
  })
  void shouldReadAdvertisedAddressWithOrWithoutPort(String text, String host, int port) {
    AdvertisedAddress address = AdvertisedAddress.parse(text).orElseThrow();
    assertEquals(host, address.at(1593).host());
    assertEquals(port, address.at(1593).port());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ":7", "a:", "a:0", "a:65536", "a:b", "a/b:7"})
  void shouldRefuseAdvertisedAddressWhenItIsNone(String text) {
    assertEquals(Optional.empty(), AdvertisedAddress.parse(text));
  }
}
