package io.volute.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostPortTest {
  @ParameterizedTest
  @CsvSource({
    "localhost:1593, localhost, 1593, localhost:1593",
    "node-1.example.com:1, node-1.example.com, 1, node-1.example.com:1",
    "volute_node_1:65535, volute_node_1, 65535, volute_node_1:65535",
    "10.0.0.1:80, 10.0.0.1, 80, 10.0.0.1:80",
    "10.0.0.1:00080, 10.0.0.1, 80, 10.0.0.1:80",
    "[::1]:80, ::1, 80, [::1]:80",
    "[2001:db8::7:8]:80, 2001:db8::7:8, 80, [2001:db8::7:8]:80",
    "[fe80::1%eth0]:80, fe80::1%eth0, 80, [fe80::1%eth0]:80",
    "[::ffff:10.0.0.1]:80, ::ffff:10.0.0.1, 80, [::ffff:10.0.0.1]:80"
  })
  void shouldReadHostAndPortWhenAddressIsWellFormed(
      String text, String host, int port, String shown) {
    HostPort address = HostPort.parse(text).orElseThrow();
    assertEquals(new HostPort(host, port), address);
    assertEquals(shown, address.toString());
    assertEquals(Optional.of(address), HostPort.parse(shown));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":",
        ":80",
        "a",
        "a:",
        "a:0",
        "a:65536",
        "a:123456",
        "a:-1",
        "a:+1",
        "a:1 ",
        "a:x",
        " a:1",
        "a b:1",
        "a/b:1",
        "-a:1",
        "user@a:1",
        "a#b:1",
        "a,b:1",
        "a\n:1",
        "ä:1",
        "a:٣",
        "::1:80",
        "a:b:80",
        "[::1]",
        "[::1]80",
        "[::1]:",
        "[]:80",
        "[a]:80",
        "[10.0.0.1]:80",
        "[::1:80",
        "::1]:80",
        "[[::1]]:80",
        "[a:b]:80",
        "[::g]:80",
        "[::1%]:80",
        "[::1]x:80"
      })
  void shouldReadNothingWhenAddressIsMalformed(String text) {
    assertEquals(Optional.empty(), HostPort.parse(text));
  }

  @Test
  void shouldBoundTheHostWhenItIsLong() {
    assertTrue(HostPort.parse("a".repeat(253) + ":1").isPresent());
    assertTrue(HostPort.parse("a".repeat(254) + ":1").isEmpty());
  }

  @Test
  void shouldRefuseToBeMadeWhenPortIsOutOfRange() {
    assertThrows(IllegalArgumentException.class, () -> new HostPort("a", 0));
    assertThrows(IllegalArgumentException.class, () -> new HostPort("a", 65536));
    assertThrows(IllegalArgumentException.class, () -> new HostPort("", 1));
  }

  @Test
  void shouldOrderByHostThenPortWhenSorted() {
    HostPort first = new HostPort("a", 80);
    HostPort second = new HostPort("a", 443);
    HostPort third = new HostPort("b", 1);
    assertEquals(
        List.of(first, second, third), List.of(third, second, first).stream().sorted().toList());
  }
}
