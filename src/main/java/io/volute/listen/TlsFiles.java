package io.volute.listen;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;

/**
 * The certificate and key that TCP listeners show, from files that are read again when they change:
 * certificates are renewed while a daemon runs. New connections get the new one; those that stand
 * keep what they have. For any thread.
 */
public final class TlsFiles {
  private static final System.Logger LOG = System.getLogger(TlsFiles.class.getName());
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** By which a change of the files is seen. */
  private record Stamp(FileTime certificate, long certificateBytes, FileTime key, long keyBytes) {}

  private final Path certificateFile;
  private final Path keyFile;
  private volatile SSLContext context;
  private Stamp stamp;
  private volatile long nextLookNanos;

  private TlsFiles(Path certificateFile, Path keyFile) {
    this.certificateFile = certificateFile;
    this.keyFile = keyFile;
  }

  /**
   * Reads the files.
   *
   * @param certificateFile a chain in PEM form, the server's own certificate first
   * @param keyFile its key: PKCS#8 in PEM form, without a password
   * @throws TlsFileException names the file, what is wrong and what is allowed
   */
  public static TlsFiles open(Path certificateFile, Path keyFile) throws TlsFileException {
    TlsFiles files = new TlsFiles(certificateFile, keyFile);
    try {
      files.stamp = files.look();
    } catch (IOException e) {
      // Reading them says which one it is.
      files.stamp = null;
    }
    files.context = PemIdentity.read(certificateFile, keyFile);
    files.nextLookNanos = System.nanoTime() + LOOK_NANOS;
    return files;
  }

  /** What a connection that begins now is to use. */
  public SSLContext current() {
    long now = System.nanoTime();
    if (now - nextLookNanos >= 0) {
      nextLookNanos = now + LOOK_NANOS;
      lookAgain();
    }
    return context;
  }

  private Stamp look() throws IOException {
    return new Stamp(
        Files.getLastModifiedTime(certificateFile),
        Files.size(certificateFile),
        Files.getLastModifiedTime(keyFile),
        Files.size(keyFile));
  }

  /** Files that don't fit, as in the midst of a renewal, change nothing until they do. */
  private synchronized void lookAgain() {
    try {
      Stamp now = look();
      if (now.equals(stamp)) {
        return;
      }
      stamp = now;
      context = PemIdentity.read(certificateFile, keyFile);
      LOG.log(System.Logger.Level.INFO, "{0} was read again", certificateFile);
    } catch (IOException | TlsFileException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "the certificate can''t be read again, what was read before holds: {0}",
          e.getMessage());
    }
  }
}
