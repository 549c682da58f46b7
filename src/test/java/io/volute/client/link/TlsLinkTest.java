package io.volute.client.link;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class TlsLinkTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @TempDir private Path directory;

  private static Access access(TlsFixture server, String host, Trust trust) {
    return new Access(Target.parse("https://" + host + ":" + server.port()), PATIENCE, "", trust);
  }

  @Test
  void shouldCarryManyBytesBothWaysWhenTheCertificateIsTrusted() throws Exception {
    byte[] bytes = new byte[3_000_000];
    new SplittableRandom(1).nextBytes(bytes);
    try (TlsFixture server =
            TlsFixture.start(
                directory,
                (in, out) -> {
                  byte[] all = in.readNBytes(bytes.length);
                  out.write(all);
                  out.flush();
                });
        Connection connection =
            Connection.open(access(server, "localhost", Trust.ofFile(server.certificate())))) {
      connection.write(bytes, 0, bytes.length);
      connection.flush();
      byte[] back = new byte[bytes.length];
      int done = 0;
      while (done < back.length) {
        int count = connection.read(back, done, back.length - done);
        assertTrue(count > 0, "ended after " + done);
        done += count;
      }
      assertArrayEquals(bytes, back);
      assertEquals(-1, connection.read(), "the end in good order");
    }
  }

  @Test
  void shouldRefuseWhenTheCertificateIsNotTrusted() throws Exception {
    try (TlsFixture server = TlsFixture.start(directory, (in, out) -> out.write(1))) {
      ExchangeException e =
          assertThrows(
              ExchangeException.class,
              () -> Connection.open(access(server, "localhost", Trust.platform())));
      assertEquals(ExchangeException.Kind.UNREACHABLE, e.kind());
      assertTrue(e.getMessage().startsWith("no TLS with https://localhost:"), e.getMessage());
    }
  }

  @Test
  void shouldRefuseWhenTheCertificateIsForAnotherName() throws Exception {
    try (TlsFixture server = TlsFixture.start(directory, (in, out) -> out.write(1))) {
      Trust trust = Trust.ofFile(server.certificate());
      ExchangeException e =
          assertThrows(
              ExchangeException.class, () -> Connection.open(access(server, "127.0.0.1", trust)));
      assertTrue(e.getMessage().contains("127.0.0.1"), e.getMessage());
    }
  }

  @Test
  void shouldSayWhatIsWrongWhenAFileHasNoCertificate() throws IOException {
    Path file = Files.writeString(directory.resolve("x.pem"), "nothing");
    IOException e = assertThrows(IOException.class, () -> Trust.ofFile(file));
    assertTrue(e.getMessage().startsWith(file + ": "), e.getMessage());
    Path empty = Files.writeString(directory.resolve("empty.pem"), "");
    assertThrows(IOException.class, () -> Trust.ofFile(empty));
  }
}
