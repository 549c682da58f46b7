package io.volute.client.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.volute.client.link.Access;
import io.volute.client.link.ExchangeException;
import io.volute.client.link.ExchangeException.Kind;
import io.volute.client.link.Target;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(10)
class MalformedAnswerTest {
  private static Kind kindOf(String answer) throws IOException {
    try (ScriptedServer server = ScriptedServer.onTcp();
        HttpClient client =
            new HttpClient(Access.to(Target.parse(server.address()), Duration.ofSeconds(2)))) {
      server.then(ScriptedServer.rawThenClose(answer));
      ExchangeException e =
          assertThrows(
              ExchangeException.class,
              () -> {
                try (HttpResponse response = client.send(HttpRequest.get("/x"))) {
                  response.body().readAllBytes();
                }
              });
      return e.kind();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SSH-2.0-OpenSSH\r\n\r\n",
        "HTTP/2 200 OK\r\n\r\n",
        "HTTP/1.1 2x0 OK\r\n\r\n",
        "HTTP/1.1 099 OK\r\n\r\n",
        "HTTP/1.1 2000 OK\r\n\r\n",
        "HTTP/1.1 101 Switching\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        "HTTP/1.1 200 OK\r\n: no name\r\n\r\n",
        "HTTP/1.1 200 OK\r\nName : space\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA: b\r\n folded\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 9999999999999999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n0\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
      })
  void shouldRefuseWhenAnAnswerBreaksTheRules(String answer) throws IOException {
    assertEquals(Kind.MALFORMED, kindOf(answer));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "HTTP/1.1 200",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
      })
  void shouldNotTakeAPartForTheWholeWhenTheConnectionEnds(String answer) throws IOException {
    assertEquals(Kind.LOST, kindOf(answer));
  }

  @Test
  void shouldStopReadingWhenAHeaderBlockIsEndless() throws IOException {
    String oneLine = "HTTP/1.1 200 OK\r\nA: " + "x".repeat(70_000) + "\r\n\r\n";
    assertEquals(Kind.MALFORMED, kindOf(oneLine));
    String manyLines = "HTTP/1.1 200 OK\r\n" + "A: b\r\n".repeat(20_000) + "\r\n";
    assertEquals(Kind.MALFORMED, kindOf(manyLines));
    assertEquals(Kind.MALFORMED, kindOf("HTTP/1.1 100 Continue\r\n\r\n".repeat(50)));
    String chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    assertEquals(Kind.MALFORMED, kindOf(chunked + "1;" + "x".repeat(70_000) + "\r\na\r\n"));
    assertEquals(Kind.MALFORMED, kindOf(chunked + "0\r\n" + "A: b\r\n".repeat(20_000) + "\r\n"));
  }
}
