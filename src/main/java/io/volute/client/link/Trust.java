package io.volute.client.link;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;

/**
 * Whose certificates a client takes for a node's. The name in a certificate is always compared with
 * the host of the address. Any thread may use it.
 */
public final class Trust {
  private static final Trust PLATFORM = new Trust(Optional.empty());

  /** Empty for the platform's own, which is slow to load and mostly not needed. */
  private final Optional<SSLContext> context;

  private Trust(Optional<SSLContext> context) {
    this.context = context;
  }

  /** The authorities that the Java platform trusts. */
  public static Trust platform() {
    return PLATFORM;
  }

  /**
   * The authorities of a PEM file, and no others. A node's own certificate, signed by itself, will
   * do as well.
   *
   * @throws IOException with one line that names the file and what is wrong with it
   */
  public static Trust ofFile(Path pem) throws IOException {
    try (InputStream in = Files.newInputStream(pem)) {
      Collection<? extends Certificate> authorities =
          CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (authorities.isEmpty()) {
        throw new IOException(pem + ": no certificate in it, allowed is a PEM file");
      }
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int number = 0;
      for (Certificate authority : authorities) {
        store.setCertificateEntry("authority-" + number, authority);
        number++;
      }
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, factory.getTrustManagers(), null);
      return new Trust(Optional.of(context));
    } catch (CertificateException e) {
      throw new IOException(pem + ": not a certificate, allowed is a PEM file", e);
    } catch (GeneralSecurityException e) {
      throw new IOException(pem + ": can't be used: " + e.getMessage(), e);
    }
  }

  /** One side of a session with that host. */
  SSLEngine engine(String host, int port) throws IOException {
    try {
      SSLContext used = context.isPresent() ? context.get() : SSLContext.getDefault();
      SSLEngine engine = used.createSSLEngine(host, port);
      engine.setUseClientMode(true);
      SSLParameters parameters = engine.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      engine.setSSLParameters(parameters);
      return engine;
    } catch (GeneralSecurityException e) {
      throw new IOException("TLS is not to be had: " + e.getMessage(), e);
    }
  }
}
