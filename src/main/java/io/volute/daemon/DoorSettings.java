package io.volute.daemon;

import io.volute.http.HttpSettings;
import io.volute.http.ToldFlags;
import io.volute.listen.TlsFileException;
import io.volute.listen.TlsFiles;
import io.volute.listen.TokenFile;
import io.volute.listen.TokenFileException;
import io.volute.resp.RespSettings;
import io.volute.settings.Quoted;
import io.volute.settings.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What the doors of a node are opened with, and the files that they need. */
final class DoorSettings {
  /** A value is held in memory while it is under way, so it may take only a part of it. */
  private static final int HEAP_PARTS_PER_VALUE = 8;

  private static final long MAX_VALUE_BYTES = 64L << 20;

  private DoorSettings() {}

  /**
   * For HTTP.
   *
   * @throws StartException when a file that it needs can't be used
   */
  static HttpSettings http(Settings settings, String programVersion) throws StartException {
    HttpSettings http =
        HttpSettings.of(settings.listen(), programVersion)
            .withBodies(settings.maxValueBytes(), 2 * heapShare())
            .withFlags(ToldFlags.of(settings));
    http = http.withMaxConnections(OpenFiles.connectionsAListener(settings, http.maxConnections()));
    Optional<TokenFile> tokens = tokens(settings);
    if (tokens.isPresent()) {
      http = http.withTokens(tokens.get());
    }
    if (settings.copyRoot().isPresent()) {
      http = http.withCopyRoot(copyRoot(settings.copyRoot().get()));
    }
    if (settings.tlsCertFile().isPresent()) {
      http = http.withTls(tlsFiles(settings));
    }
    return settings.accessLog() ? http.withAccessLog() : http;
  }

  /**
   * For the Redis protocol, which is on.
   *
   * @param http as {@link #http} has told, where the open files allow fewer clients than wanted
   * @throws StartException when a file that it needs can't be used
   */
  static RespSettings resp(Settings settings, HttpSettings http) throws StartException {
    long maxValueBytes = Math.min(settings.maxValueBytes(), Math.min(MAX_VALUE_BYTES, heapShare()));
    RespSettings resp =
        RespSettings.of(List.of(settings.resp().orElseThrow()), http.programVersion())
            .withValues((int) maxValueBytes, 2 * heapShare());
    resp = resp.withMaxConnections(Math.min(resp.maxConnections(), http.maxConnections()));
    Optional<TokenFile> tokens = tokens(settings);
    return tokens.isPresent() ? resp.withTokens(tokens.get()) : resp;
  }

  private static long heapShare() {
    return Runtime.getRuntime().maxMemory() / HEAP_PARTS_PER_VALUE;
  }

  private static TlsFiles tlsFiles(Settings settings) throws StartException {
    try {
      return TlsFiles.open(
          Path.of(settings.tlsCertFile().orElseThrow()),
          Path.of(settings.tlsKeyFile().orElseThrow()));
    } catch (TlsFileException e) {
      throw new StartException(StartException.EXIT_BAD_INPUT, e.flag() + " " + e.getMessage(), e);
    }
  }

  private static Path copyRoot(String directory) throws StartException {
    Path path = Path.of(directory);
    if (Files.isDirectory(path) && Files.isReadable(path)) {
      return path;
    }
    throw new StartException(
        StartException.EXIT_BAD_INPUT,
        "--copy-root " + Quoted.fileName(directory) + ": allowed is a directory that can be read",
        null);
  }

  private static Optional<TokenFile> tokens(Settings settings) throws StartException {
    if (settings.tokenFile().isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(TokenFile.open(Path.of(settings.tokenFile().get())));
    } catch (TokenFileException e) {
      throw new StartException(StartException.EXIT_BAD_INPUT, "--token-file " + e.getMessage(), e);
    }
  }
}
