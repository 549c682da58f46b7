package io.volute.client.link;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/**
 * A TLS server with a certificate of its own for {@code localhost}; each connection is a thread.
 */
final class TlsFixture implements Closeable {
  private static final String PASSWORD = "changeit";

  /** What it does with a connection. */
  interface Service {
    void serve(InputStream in, OutputStream out) throws IOException;
  }

  private final SSLServerSocket listener;
  private final Path certificate;

  private TlsFixture(SSLServerSocket listener, Path certificate) {
    this.listener = listener;
    this.certificate = certificate;
  }

  static TlsFixture start(Path directory, Service service) throws Exception {
    Path store = directory.resolve("keys.p12");
    makeKeys(store);
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    Path pem = directory.resolve("cert.pem");
    String body = Base64.getMimeEncoder().encodeToString(keys.getCertificate("n").getEncoded());
    Files.writeString(
        pem, "-----BEGIN CERTIFICATE-----\n" + body + "\n-----END CERTIFICATE-----\n");
    TlsFixture fixture = new TlsFixture(listen(keys), pem);
    Thread acceptor = new Thread(() -> fixture.accept(service), "tls-fixture");
    acceptor.setDaemon(true);
    acceptor.start();
    return fixture;
  }

  private static void makeKeys(Path store) throws IOException, InterruptedException {
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "n",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=test",
                "-ext",
                "SAN=dns:localhost",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD)
            .redirectErrorStream(true)
            .start();
    if (!keytool.waitFor(30, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
      keytool.destroyForcibly();
      throw new IOException(
          "keytool: " + new String(keytool.getInputStream().readAllBytes(), UTF_8));
    }
  }

  private static SSLServerSocket listen(KeyStore keys)
      throws GeneralSecurityException, IOException {
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return (SSLServerSocket)
        context
            .getServerSocketFactory()
            .createServerSocket(0, 50, InetAddress.getByName("localhost"));
  }

  private void accept(Service service) {
    try {
      while (true) {
        SSLSocket socket = (SSLSocket) listener.accept();
        Thread thread = new Thread(() -> serve(service, socket), "tls-fixture-connection");
        thread.setDaemon(true);
        thread.start();
      }
    } catch (IOException e) {
      // Closed: the test is over.
    }
  }

  private static void serve(Service service, SSLSocket socket) {
    try (socket) {
      service.serve(socket.getInputStream(), socket.getOutputStream());
    } catch (IOException e) {
      // The client has gone, or wants none of this certificate.
    }
  }

  Path certificate() {
    return certificate;
  }

  int port() {
    return listener.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
