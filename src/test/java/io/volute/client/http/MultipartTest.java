package io.volute.client.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.client.link.Access;
import io.volute.client.link.ExchangeException;
import io.volute.client.link.Target;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(10)
class MultipartTest {
  private static final String TYPE = "Content-Type: multipart/mixed; boundary=";

  private static List<String> partsOf(String type, String body, boolean isSkipping)
      throws IOException {
    List<String> parts = new ArrayList<>();
    try (ScriptedServer server = ScriptedServer.onTcp();
        HttpClient client =
            new HttpClient(Access.to(Target.parse(server.address()), Duration.ofSeconds(2)))) {
      server.then(ScriptedServer.bytes(300, body.getBytes(ISO_8859_1), type));
      try (HttpResponse answer = client.send(HttpRequest.get("/x"))) {
        Multipart multipart = Multipart.of(answer);
        for (Optional<Multipart.Part> part = multipart.next();
            part.isPresent();
            part = multipart.next()) {
          String name = part.get().header("Name").orElse("-");
          byte[] content = isSkipping ? new byte[0] : part.get().content().readAllBytes();
          parts.add(name + "=" + new String(content, ISO_8859_1));
        }
      }
    }
    return parts;
  }

  @Test
  void shouldFindEveryPartWhenValuesLookLikeBoundaries() throws IOException {
    String tricky = "\r\n--frontie\r\n--\r\n\r\r\n--fron";
    String body =
        "preamble\r\n--frontier\r\nName: a\r\n\r\n"
            + tricky
            + "\r\n--frontier\r\n\r\n\r\n--frontier\r\nname: c\r\n\r\nx\r\n--frontier--\r\nend";
    assertEquals(
        List.of("a=" + tricky, "-=", "c=x"), partsOf(TYPE + "\"frontier\"; a=b", body, false));
  }

  @Test
  void shouldFindEveryPartWhenTheyAreLargerThanTheBuffer() throws IOException {
    StringBuilder large = new StringBuilder();
    for (int i = 0; large.length() < 300_000; i++) {
      large.append("\r\n--").append(i);
    }
    String body = "--b\r\nName: a\r\n\r\n" + large + "\r\n--b\r\nName: b\r\n\r\ny\r\n--b--";
    assertEquals(List.of("a=" + large, "b=y"), partsOf(TYPE + "b", body, false));
    assertEquals(List.of("a=", "b="), partsOf(TYPE + "b", body, true));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "--b", "--b\r\n", "--b\r\n\r\nabc", "--bx\r\n\r\nabc\r\n--b--"})
  void shouldRefuseWhenABodyIsCutOrWrong(String body) {
    assertThrows(ExchangeException.class, () -> partsOf(TYPE + "b", body, false));
  }

  @Test
  void shouldRefuseWhenNoBoundaryIsNamed() {
    ExchangeException e =
        assertThrows(ExchangeException.class, () -> partsOf("Content-Type: text/plain", "", false));
    assertTrue(e.getMessage().contains("boundary"), e.getMessage());
  }
}
