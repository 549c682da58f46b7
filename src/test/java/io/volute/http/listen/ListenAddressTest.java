package io.volute.http.listen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListenAddressTest {
  @Test
  void shouldReadHostsAndPaths() {
    assertEquals(new ListenAddress.Tcp("localhost", 1592), ListenAddress.parse("localhost:1592"));
    assertEquals(new ListenAddress.Tcp("::1", 0), ListenAddress.parse("[::1]:0"));
    assertEquals(new ListenAddress.Unix("/run/v:1"), ListenAddress.parse("/run/v:1"));
    assertEquals(new ListenAddress.Unix("./s"), ListenAddress.parse("./s"));
  }

  @Test
  void shouldWriteWhatItReads() {
    for (String text : new String[] {"localhost:1592", "[::1]:80", "/run/volute"}) {
      assertEquals(text, ListenAddress.parse(text).text());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "localhost", ":80", "h:", "h:x", "h:65536", "h:-1", "::1:80", "[]:1"})
  void shouldRefuseWhatIsNeither(String text) {
    assertThrows(IllegalArgumentException.class, () -> ListenAddress.parse(text));
  }

  @Test
  void shouldRefuseAPathThatNoSocketCanHave() {
    assertThrows(
        IllegalArgumentException.class, () -> ListenAddress.parse("/" + "é".repeat(60)));
  }
}
