package io.volute.client.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class PercentEncodingTest {
  private static String encoded(String text) {
    StringBuilder out = new StringBuilder();
    PercentEncoding.append(out, text);
    return out.toString();
  }

  @Test
  void shouldKeepWhatEncodeUriComponentKeeps() {
    String plain = "ABCXYZabcxyz0189-_.!~*'()";
    assertEquals(plain, encoded(plain));
  }

  @Test
  void shouldEncodeAllElseAsUtf8() {
    assertEquals("%00%0A%20%22%23%25%26%2B%2F%3D%3F%7F", encoded("\0\n \"#%&+/=?\u007f"));
    assertEquals("%C3%A4%E2%82%AC%F0%9F%90%9A", encoded("ä€🐚"));
    assertEquals("", encoded(""));
  }

  @Test
  void shouldRefuseWhenTextIsHalfASurrogatePair() {
    assertThrows(IllegalArgumentException.class, () -> encoded("a\ud800b"));
  }

  @Test
  void shouldRefuseWhenAHeaderWouldLeaveItsLine() {
    HttpRequest request = HttpRequest.get("/x");
    assertThrows(
        IllegalArgumentException.class, () -> request.header("If-Match", "a\r\nEvil: yes"));
    assertTrue(
        request.header("A", null).parameter("b", null).head("h", "").startsWith("GET /x HTTP"));
  }
}
