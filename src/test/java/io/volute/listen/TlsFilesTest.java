package io.volute.listen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.testing.PemKeys;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class TlsFilesTest {
  @TempDir static Path shared;
  private static PemKeys keys;

  @TempDir Path directory;

  @BeforeAll
  static void makeKeys() throws Exception {
    keys = PemKeys.make(shared, "EC");
  }

  private Path certificate(String text) throws Exception {
    return Files.writeString(directory.resolve("cert.pem"), text);
  }

  private Path key(String text) throws Exception {
    return Files.writeString(directory.resolve("key.pem"), text);
  }

  private TlsFileException refused(String certificate, String key) {
    return assertThrows(
        TlsFileException.class, () -> TlsFiles.open(certificate(certificate), key(key)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "EC", "Ed25519"})
  void shouldTakeEachKindOfKey(String algorithm) throws Exception {
    PemKeys made = PemKeys.make(directory, algorithm);
    TlsFiles files =
        TlsFiles.open(
            certificate("a comment\n" + made.certificate()),
            key(PemKeys.pem("EC PARAMETERS", new byte[3]) + made.key()));
    assertNotNull(files.current());
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY"})
  void shouldSayHowToTurnAnotherFormOfKeyIntoTheRightOne(String label) {
    TlsFileException refused =
        refused(keys.certificate(), keys.key().replace("PRIVATE KEY", label));
    assertEquals("--tls-key", refused.flag());
    String message = refused.getMessage();
    assertTrue(message.startsWith(directory.resolve("key.pem") + ": it "), message);
    assertTrue(message.contains("openssl pkcs8 "), message);
  }

  @Test
  void shouldNameTheFileThatIsMissing() throws Exception {
    Path missing = directory.resolve("missing");
    assertEquals(
        missing + ": can't be read, allowed is a PEM file",
        assertThrows(TlsFileException.class, () -> TlsFiles.open(missing, key(keys.key())))
            .getMessage());
  }

  @Test
  void shouldRefuseWhatIsNoCertificateOrNoKey() {
    assertTrue(refused("hello", keys.key()).getMessage().contains("no 'BEGIN CERTIFICATE'"));
    String broken = PemKeys.pem("CERTIFICATE", new byte[40]);
    assertTrue(
        refused(keys.certificate() + broken, keys.key()).getMessage().contains("certificate 2 is"));
    assertTrue(refused(keys.certificate(), "").getMessage().contains("no 'BEGIN PRIVATE KEY'"));
    String junk = PemKeys.pem("PRIVATE KEY", new byte[40]);
    assertTrue(refused(keys.certificate(), junk).getMessage().contains("no key that is known"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"EC", "RSA"})
  void shouldRefuseAKeyOfAnotherCertificate(String algorithm) throws Exception {
    PemKeys other = PemKeys.make(directory, algorithm);
    String message = refused(keys.certificate(), other.key()).getMessage();
    assertTrue(message.contains("not the key of the first certificate"), message);
  }

  @Test
  void shouldRefuseAChainInTheWrongOrder() throws Exception {
    PemKeys other = PemKeys.make(directory, "EC");
    TlsFileException refused = refused(keys.certificate() + other.certificate(), keys.key());
    assertEquals("--tls-cert", refused.flag());
    assertTrue(refused.getMessage().contains("that of its issuer"), refused.getMessage());
  }

  @Test
  void shouldTakeANewCertificateOnceBothFilesFit() throws Exception {
    TlsFiles files = TlsFiles.open(certificate(keys.certificate()), key(keys.key()));
    SSLContext first = files.current();
    PemKeys renewed = PemKeys.make(directory, "EC");
    change(certificate(renewed.certificate()), 1);
    TimeUnit.MILLISECONDS.sleep(1100);
    assertSame(first, files.current(), "only one of them is there yet");
    change(key(renewed.key()), 2);
    SSLContext now = first;
    for (int i = 0; i < 100 && now == first; i++) {
      TimeUnit.MILLISECONDS.sleep(50);
      now = files.current();
    }
    assertNotSame(first, now);
  }

  /** File systems differ in how fine their times are. */
  private static void change(Path file, int minutes) throws Exception {
    Files.setLastModifiedTime(
        file, FileTime.fromMillis(System.currentTimeMillis() + minutes * 60_000L));
  }
}
