package io.volute.daemon;

import io.volute.identity.Actor;
import io.volute.identity.MemberEntry;
import io.volute.identity.NodeId;
import io.volute.membership.MembershipFile;
import io.volute.membership.MembershipFileException;
import io.volute.port.Clock;
import io.volute.port.Dice;
import io.volute.port.StoreException;
import io.volute.settings.Settings;
import io.volute.storage.DurableStore;
import io.volute.storage.FsyncPolicy;
import io.volute.storage.RamStore;
import io.volute.storage.StoreEngine;
import io.volute.storage.StoreListener;
import io.volute.storage.StoreLockedException;
import io.volute.storage.StoreReport;
import io.volute.storage.StoreSettings;
import io.volute.transport.DatagramTransport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What a start has opened so far, so that a start that fails can let go of it. */
final class Opened implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Opened.class.getName());

  final MembershipFile members;
  final Actor actor;
  final DatagramTransport transport;

  Opened(Settings settings, SecureDice dice) throws StartException {
    members = membersOf(settings);
    actor =
        new Actor(
            members.self().id(),
            Actor.nextIncarnation(0, System.currentTimeMillis(), dice.nextLong()));
    try {
      transport =
          DatagramTransport.open(
              settings.bind(),
              members.self().address().port(),
              actor.node(),
              dice.nextLong(),
              node -> members.peers().stream().anyMatch(peer -> peer.id().equals(node)));
    } catch (IOException e) {
      throw new StartException(StartException.EXIT_UNAVAILABLE, e.getMessage(), e);
    }
  }

  private static MembershipFile membersOf(Settings settings) throws StartException {
    Path file = Path.of(settings.membersFile());
    try {
      if (Files.exists(file)) {
        return MembershipFile.parse(file.toString(), Files.readAllBytes(file));
      }
    } catch (IOException | MembershipFileException e) {
      throw new StartException(StartException.EXIT_BAD_INPUT, e.getMessage(), e);
    }
    NodeId self = new NodeId("node");
    return new MembershipFile(
        new MemberEntry(self, settings.peerAddress(), Optional.empty(), MemberEntry.DEFAULT_WEIGHT),
        List.of());
  }

  /** Opens the engine that was chosen; it is the kernel's from then on. */
  StoreEngine store(Settings settings, StoreListener listener, Clock clock, Dice dice)
      throws StartException {
    if (settings.store().equals("ram")) {
      return new RamStore(maxMemoryBytes(settings), listener);
    }
    Path directory = Path.of(settings.home(), "store");
    try {
      Files.createDirectories(directory);
      DurableStore store =
          DurableStore.open(
              directory, StoreSettings.withFsync(fsync(settings.fsync())), listener, clock, dice);
      for (StoreReport report : store.reports()) {
        LOG.log(System.Logger.Level.WARNING, "store: {0}", report);
      }
      return store;
    } catch (StoreException | StoreLockedException | IOException e) {
      throw new StartException(
          StartException.EXIT_UNAVAILABLE, "--home " + settings.home() + ": " + e.getMessage(), e);
    }
  }

  private static long maxMemoryBytes(Settings settings) {
    return settings.maxMemoryBytes().orElse(Runtime.getRuntime().maxMemory() / 2);
  }

  private static FsyncPolicy fsync(io.volute.settings.FsyncPolicy policy) {
    if (policy instanceof io.volute.settings.FsyncPolicy.Within within) {
      return FsyncPolicy.within(within.millis());
    }
    return policy instanceof io.volute.settings.FsyncPolicy.Never
        ? FsyncPolicy.NEVER
        : FsyncPolicy.ALWAYS;
  }

  @Override
  public void close() {
    transport.close();
  }
}
