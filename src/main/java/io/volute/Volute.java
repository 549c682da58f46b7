package io.volute;

import io.volute.client.ClientSettings;
import io.volute.client.VoluteClient;
import io.volute.client.link.Trust;
import io.volute.daemon.Daemon;
import io.volute.daemon.StartException;
import io.volute.settings.ListenAddress;
import io.volute.settings.Settings;
import io.volute.settings.SettingsBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A node inside an application: a full member of its cluster, with the doors that its settings
 * name.
 *
 * <p>It exits nothing, installs no hook, and shares nothing with other nodes in the same process;
 * there may be several, each with a home, a port and listeners of its own. Its threads are daemon
 * threads or end with {@link #close}. Where the store is the durable one, the JVM needs the flags
 * that the reference page for embedding lists.
 *
 * <p>Any thread may use it.
 */
public final class Volute implements AutoCloseable {
  private static final String PROGRAM_VERSION =
      Optional.ofNullable(Volute.class.getPackage().getImplementationVersion())
          .orElse("unpackaged");

  private final Settings settings;
  private final Daemon daemon;

  private Volute(Settings settings, Daemon daemon) {
    this.settings = settings;
    this.daemon = daemon;
  }

  /** Settings to be filled in; the names are those of the daemon's flags. */
  public static SettingsBuilder settings() {
    return new SettingsBuilder();
  }

  /**
   * Starts a node; returns when it serves.
   *
   * @throws StartException with one line that says what stands in the way; nothing is left open
   */
  public static Volute open(Settings settings) throws StartException {
    return new Volute(settings, Daemon.open(settings, PROGRAM_VERSION));
  }

  /** The line in which the daemon says who it is and where it serves. */
  public String banner() {
    return daemon.banner(PROGRAM_VERSION);
  }

  /** A client of this node, by its first listener, for nodes that ask for no token. */
  public VoluteClient client() throws IOException {
    return VoluteClient.of(clientSettings());
  }

  /** The same as settings, to add a token or other nodes to. */
  public ClientSettings clientSettings() throws IOException {
    ListenAddress first = settings.listen().get(0);
    Optional<String> certificate = settings.tlsCertFile();
    if (certificate.isPresent() && first instanceof ListenAddress.Tcp) {
      return ClientSettings.of("https://" + first)
          .withTrust(Trust.ofFile(Path.of(certificate.get())));
    }
    return ClientSettings.of(first.toString());
  }

  /**
   * Waits until the node has failed or was closed.
   *
   * @return whether it ended in order
   */
  public boolean awaitEnd() throws InterruptedException {
    return daemon.awaitEnd();
  }

  /** Stops in order; takes less than ten seconds. */
  @Override
  public void close() {
    daemon.close();
  }
}
