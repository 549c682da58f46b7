package io.volute.listen;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** Who a server says it is: a chain of certificates and the key of the first, from PEM files. */
final class PemIdentity {
  private static final String CERT_FLAG = "--tls-cert";
  private static final String KEY_FLAG = "--tls-key";
  private static final long MAX_FILE_BYTES = 1 << 20;
  private static final List<String> KEY_ALGORITHMS = List.of("RSA", "EC", "EdDSA");

  /** Only within this process: what it protects is never written. */
  private static final char[] NO_PASSWORD = new char[0];

  private PemIdentity() {}

  /** Reads both files and makes sure that they belong together. */
  static SSLContext read(Path certificateFile, Path keyFile) throws TlsFileException {
    List<X509Certificate> chain = chain(certificateFile);
    PrivateKey key = key(keyFile);
    try {
      if (!isKeyOf(key, chain.get(0))) {
        throw new TlsFileException(
            KEY_FLAG,
            keyFile + ": it is not the key of the first certificate in " + certificateFile);
      }
      for (int i = 1; i < chain.size(); i++) {
        chain.get(i - 1).verify(chain.get(i).getPublicKey());
      }
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, NO_PASSWORD);
      store.setKeyEntry("server", key, NO_PASSWORD, chain.toArray(new X509Certificate[0]));
      KeyManagerFactory managers =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(store, NO_PASSWORD);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(managers.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new TlsFileException(
          CERT_FLAG,
          certificateFile
              + ": allowed is a certificate followed by that of its issuer and so on: "
              + e.getMessage());
    }
  }

  private static List<X509Certificate> chain(Path file) throws TlsFileException {
    List<X509Certificate> chain = new ArrayList<>();
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      for (PemBlock block : blocks(CERT_FLAG, file)) {
        if (block.label().equals("CERTIFICATE")) {
          chain.add(
              (X509Certificate)
                  factory.generateCertificate(new ByteArrayInputStream(block.bytes())));
        }
      }
    } catch (CertificateException e) {
      throw new TlsFileException(
          CERT_FLAG,
          file + ": certificate " + (chain.size() + 1) + " is malformed, allowed is X.509 in PEM");
    }
    if (chain.isEmpty()) {
      throw new TlsFileException(
          CERT_FLAG, file + ": it holds no 'BEGIN CERTIFICATE', allowed is a chain in PEM form");
    }
    return chain;
  }

  private static PrivateKey key(Path file) throws TlsFileException {
    for (PemBlock block : blocks(KEY_FLAG, file)) {
      switch (block.label()) {
        case "PRIVATE KEY":
          return decoded(file, block.bytes());
        case "RSA PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY":
          throw new TlsFileException(
              KEY_FLAG,
              file
                  + ": it is in the old form 'BEGIN "
                  + block.label()
                  + "', allowed is PKCS#8: openssl pkcs8 -topk8 -nocrypt -in "
                  + file
                  + " -out "
                  + file
                  + ".pk8");
        case "ENCRYPTED PRIVATE KEY":
          throw new TlsFileException(
              KEY_FLAG,
              file
                  + ": it needs a password, allowed is a key without: openssl pkcs8 -in "
                  + file
                  + " -out "
                  + file
                  + ".pk8");
        default: // Such as EC PARAMETERS, which openssl writes before a key.
      }
    }
    throw new TlsFileException(
        KEY_FLAG, file + ": it holds no 'BEGIN PRIVATE KEY', allowed is PKCS#8 in PEM form");
  }

  private static PrivateKey decoded(Path file, byte[] bytes) throws TlsFileException {
    for (String algorithm : KEY_ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(bytes));
      } catch (InvalidKeySpecException e) {
        // It is of another kind.
      } catch (GeneralSecurityException e) {
        throw new AssertionError("every Java platform has " + algorithm, e);
      }
    }
    throw new TlsFileException(
        KEY_FLAG, file + ": it is no key that is known here, allowed are RSA, EC and Ed25519");
  }

  /** What the key signs must be what the certificate's key confirms. */
  private static boolean isKeyOf(PrivateKey key, X509Certificate certificate)
      throws GeneralSecurityException {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> "EdDSA";
        };
    byte[] probe = "a probe".getBytes(StandardCharsets.US_ASCII);
    try {
      Signature signing = Signature.getInstance(algorithm);
      signing.initSign(key);
      signing.update(probe);
      byte[] signature = signing.sign();
      Signature verifying = Signature.getInstance(algorithm);
      verifying.initVerify(certificate.getPublicKey());
      verifying.update(probe);
      return verifying.verify(signature);
    } catch (java.security.InvalidKeyException | java.security.SignatureException e) {
      return false; // Not even of one kind.
    }
  }

  private static List<PemBlock> blocks(String flag, Path file) throws TlsFileException {
    try {
      if (Files.size(file) > MAX_FILE_BYTES) {
        throw new TlsFileException(
            flag, file + ": it is too large, allowed is a PEM file of 1 MiB at most");
      }
      return PemBlock.all(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      throw new TlsFileException(flag, file + ": can't be read, allowed is a PEM file");
    }
  }
}
