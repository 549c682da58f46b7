package io.volute.daemon;

import io.volute.hashing.DigestKey;
import io.volute.identity.Actor;
import io.volute.identity.NodeId;
import io.volute.identity.Role;
import io.volute.membership.Membership;
import io.volute.membership.MembershipFile;
import io.volute.membership.MembershipFileException;
import io.volute.port.Clock;
import io.volute.port.Dice;
import io.volute.port.StoreException;
import io.volute.reaping.Floors;
import io.volute.settings.SettingKeys;
import io.volute.settings.Settings;
import io.volute.storage.DurableStore;
import io.volute.storage.FsyncPolicy;
import io.volute.storage.HomeIdentity;
import io.volute.storage.RamStore;
import io.volute.storage.RocksStore;
import io.volute.storage.StoreEngine;
import io.volute.storage.StoreEvidence;
import io.volute.storage.StoreListener;
import io.volute.storage.StoreLockedException;
import io.volute.storage.StoreReport;
import io.volute.storage.StoreSettings;
import io.volute.transport.PeerTransport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** What a start opens before there is a kernel, so that a start that fails can let go of it. */
final class Opened implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Opened.class.getName());
  private static final String OWN_NAME_PREFIX = "node-";
  private static final int OWN_NAME_RANDOM = 1 << 30;

  private final Home home;
  private StoreEngine store;
  private PeerPlace place;
  private HomeIdentity identity;
  private PeerTransport transport;

  /** Asked by the kernel's thread, once there is a kernel; before that nobody is let in. */
  private Predicate<NodeId> admission = node -> false;

  private Opened(Home home) {
    this.home = home;
  }

  /** Opens the files first, since they say who the node is, then the socket. */
  static Opened open(Settings settings, StoreListener listener, Clock clock, Dice dice)
      throws StartException {
    Optional<MembershipFile> members = membersOf(settings);
    Opened opened = new Opened(Home.open(Path.of(settings.home())));
    try {
      opened.identify(settings, members, listener, clock, dice);
      opened.openTransport(settings, dice);
      return opened;
    } catch (StartException | RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  private void identify(
      Settings settings,
      Optional<MembershipFile> members,
      StoreListener listener,
      Clock clock,
      Dice dice)
      throws StartException {
    try {
      Optional<NodeId> former = HomeIdentity.uidOf(home.directory());
      NodeId node = nameOf(settings, members, former, dice);
      place = PeerPlace.conclude(settings, members, node);
      identity = openStore(settings, node, listener, clock, dice);
      checkRole(settings, node);
    } catch (StoreException | StoreLockedException e) {
      throw new StartException(
          StartException.EXIT_UNAVAILABLE, "--home " + settings.home() + ": " + e.getMessage(), e);
    }
  }

  /** What a member holds may be the last copy of something, and it counts on being asked for it. */
  private void checkRole(Settings settings, NodeId node) throws StartException {
    boolean wasMember =
        Membership.formerRole(store, node).filter(role -> role == Role.MEMBER).isPresent();
    if (wasMember && settings.role() != Role.MEMBER) {
      throw new StartException(
          StartException.EXIT_BAD_INPUT,
          "--role '"
              + settings.role().text()
              + "': the home "
              + settings.home()
              + " is that of a member, allowed is member, or another home",
          null);
    }
  }

  private static NodeId nameOf(
      Settings settings, Optional<MembershipFile> members, Optional<NodeId> former, Dice dice)
      throws StartException {
    if (members.isEmpty()) {
      return former.orElseGet(
          () ->
              new NodeId(OWN_NAME_PREFIX + Integer.toString(dice.nextBelow(OWN_NAME_RANDOM), 36)));
    }
    NodeId named = members.get().self().id();
    if (former.isPresent() && !former.get().equals(named)) {
      throw new StartException(
          StartException.EXIT_BAD_INPUT,
          "--members "
              + settings.membersFile()
              + ": its first entry is "
              + named
              + ", but the home "
              + settings.home()
              + " belongs to "
              + former.get(),
          null);
    }
    return named;
  }

  private void openTransport(Settings settings, Dice dice) throws StartException {
    try {
      transport =
          PeerWire.open(
              settings, place.bindHost(), place.port(), actor().node(), dice, this::admits);
    } catch (IOException e) {
      throw new StartException(StartException.EXIT_UNAVAILABLE, e.getMessage(), e);
    }
  }

  private boolean admits(NodeId node) {
    return admission.test(node);
  }

  /** Who may send messages, from the moment on at which somebody can tell. */
  void admit(Predicate<NodeId> who) {
    admission = who;
  }

  /** The membership file; empty where there is none and none was named. */
  private static Optional<MembershipFile> membersOf(Settings settings) throws StartException {
    String named = settings.membersFile();
    Path file = Path.of(named);
    if (!settings.isGiven(SettingKeys.MEMBERS) && !Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(MembershipFile.parse(named, Files.readAllBytes(file)));
    } catch (IOException e) {
      throw new StartException(
          StartException.EXIT_BAD_INPUT,
          "--members " + named + ": can't be read, allowed is a membership file",
          e);
    } catch (MembershipFileException e) {
      throw new StartException(StartException.EXIT_BAD_INPUT, e.getMessage(), e);
    }
  }

  /** Opens the engine; what its files show decides which life of the node begins. */
  private HomeIdentity openStore(
      Settings settings, NodeId node, StoreListener listener, Clock clock, Dice dice)
      throws StoreException, StoreLockedException, StartException {
    List<DigestKey> digestKeys = PeerWire.digestKeys(settings);
    if (settings.store().equals("ram")) {
      store = new RamStore(maxMemoryBytes(settings), digestKeys, listener);
      return HomeIdentity.withoutHome(node, clock, dice);
    }
    Path directory = home.storeDirectory();
    if (settings.store().equals("rocksdb")) {
      RocksStore rocks =
          RocksStore.open(directory, fsync(settings.fsync()), digestKeys, listener, clock);
      store = rocks;
      doubtWhereDamaged(rocks.evidence());
      return HomeIdentity.take(home.directory(), directory, node, rocks.evidence(), clock, dice);
    }
    StoreSettings storeSettings =
        StoreSettings.withFsync(fsync(settings.fsync())).withDigestKeys(digestKeys);
    DurableStore durable = DurableStore.open(directory, storeSettings, listener, clock, dice);
    store = durable;
    for (StoreReport report : durable.reports()) {
      LOG.log(System.Logger.Level.WARNING, "store: {0}", report);
    }
    doubtWhereDamaged(durable.evidence());
    HomeIdentity taken =
        HomeIdentity.take(home.directory(), directory, node, durable.evidence(), clock, dice);
    LOG.log(System.Logger.Level.DEBUG, "life {0}: {1}", taken.actor(), taken.proof());
    return taken;
  }

  private void doubtWhereDamaged(StoreEvidence evidence) throws StoreException {
    if (evidence.damaged()) {
      Floors.doubt(store);
    }
  }

  private static long maxMemoryBytes(Settings settings) throws StartException {
    long heapBytes = Runtime.getRuntime().maxMemory();
    long most = heapBytes / 4 * 3;
    long asked = settings.maxMemoryBytes().orElse(heapBytes / 2);
    if (asked > most) {
      throw new StartException(
          StartException.EXIT_BAD_INPUT,
          "--max-memory '"
              + asked
              + "': the Java heap is too small for it, allowed is up to "
              + most
              + "; VOLUTE_JAVA_OPTS=-Xmx… makes it larger",
          null);
    }
    return asked;
  }

  private static FsyncPolicy fsync(io.volute.settings.FsyncPolicy policy) {
    if (policy instanceof io.volute.settings.FsyncPolicy.Within within) {
      return FsyncPolicy.within(within.millis());
    }
    return policy instanceof io.volute.settings.FsyncPolicy.Never
        ? FsyncPolicy.NEVER
        : FsyncPolicy.ALWAYS;
  }

  Actor actor() {
    return identity.actor();
  }

  MembershipFile members() {
    return place.members();
  }

  StoreEngine store() {
    return store;
  }

  PeerTransport transport() {
    return transport;
  }

  Home home() {
    return home;
  }

  /** For a start that fails before a kernel's thread has taken these over. */
  @Override
  public void close() {
    if (transport != null) {
      transport.close();
    }
    if (store != null) {
      store.close();
    }
    home.close();
  }
}
