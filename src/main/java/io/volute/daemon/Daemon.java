package io.volute.daemon;

import io.volute.agent.AgentRunner;
import io.volute.agent.Doorbell;
import io.volute.agent.Sleep;
import io.volute.http.HttpServer;
import io.volute.http.HttpSettings;
import io.volute.http.StartDoor;
import io.volute.identity.HostPort;
import io.volute.kernel.Kernel;
import io.volute.membership.Roster;
import io.volute.metrics.MeteredGate;
import io.volute.resp.RespServer;
import io.volute.resp.RespSettings;
import io.volute.settings.BlobTuning;
import io.volute.settings.CoreSettings;
import io.volute.settings.ListenAddress;
import io.volute.settings.Settings;
import io.volute.settings.Tuning;
import io.volute.storage.StoreEngine;
import io.volute.transport.PeerTransport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A running node: opens what it needs in the order in which it needs it, and closes it in the
 * opposite one. The only place that makes adapters.
 */
public final class Daemon implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Daemon.class.getName());

  /** The first lease of dots needs one sync of the disk. */
  private static final long LONGEST_START_MILLIS = 60_000;

  /**
   * Together with the two of the HTTP server these stay below the ten seconds in which a stop must
   * be over.
   */
  private static final Duration REQUESTS_GRACE = Duration.ofMillis(2750);

  /** Clients that send all the time get a last answer in it, and go elsewhere. */
  private static final Duration FAREWELL = Duration.ofMillis(250);

  private static final long SETTLE_MILLIS = 1500;
  private static final long KERNEL_GRACE_MILLIS = 2500;
  private static final long SETTLE_STEP_MILLIS = 20;

  private final Opened opened;
  private final StoreReports reports;
  private final KernelAgent agent;
  private final AgentRunner runner;
  private final Settings settings;
  private final CountDownLatch ended = new CountDownLatch(1);
  private MeteredGate gate;
  private HttpServer http;
  private Optional<RespServer> resp = Optional.empty();
  private volatile boolean failed;

  private Daemon(
      Settings settings, Opened opened, StoreReports reports, TurnClock clock, SecureDice dice) {
    this.settings = settings;
    this.opened = opened;
    this.reports = reports;
    Tuning tuning = Tuning.DEFAULT;
    CoreSettings core =
        new CoreSettings(
            tuning,
            settings.network(),
            BlobTuning.DEFAULT,
            settings.mirrors(),
            settings.cloneEveryKey(),
            opened.transport().maxValueBytes(),
            settings.syncIntervalMillis(),
            settings.duty());
    Roster roster = Roster.of(opened.members().self(), opened.members().peers());
    PeerTransport transport = opened.transport();
    StoreEngine store = opened.store();
    Kernel kernel = new Kernel(roster, opened.actor(), core, clock, dice, transport, store);
    opened.admit(kernel::admits);
    kernel.onNotice(notice -> LOG.log(System.Logger.Level.WARNING, notice));
    settings.join().forEach(kernel::seek);
    Doorbell doorbell = new Doorbell(sleepOf(transport));
    BackupDirectory backups = new BackupDirectory(opened.home().directory());
    agent = new KernelAgent(kernel, store, backups, transport, clock, doorbell, tuning);
    reports.attach(agent, opened.home(), failure -> onFailure("the store", failure));
    runner = new AgentRunner(agent, doorbell, this::onFailure);
  }

  /**
   * Starts a node and returns when it serves.
   *
   * @throws StartException with the one line and the exit code for the user
   */
  public static Daemon open(Settings settings, String programVersion) throws StartException {
    SecureDice dice = new SecureDice();
    TurnClock clock = new TurnClock();
    HttpSettings httpSettings = DoorSettings.http(settings, programVersion);
    StoreReports reports;
    Opened opened;
    try (StartDoor door = new StartDoor(httpSettings)) {
      reports = new StoreReports(door::told);
      opened = Opened.open(settings, reports, clock, dice);
    }
    Daemon daemon = new Daemon(settings, opened, reports, clock, dice);
    daemon.runner.start();
    try {
      daemon.awaitRunning();
      daemon.openHttp(httpSettings);
      daemon.openResp(httpSettings);
      return daemon;
    } catch (StartException | RuntimeException e) {
      if (daemon.http != null) {
        daemon.http.stop(Duration.ZERO, Duration.ZERO);
      }
      daemon.runner.close(KERNEL_GRACE_MILLIS);
      opened.home().close();
      throw e;
    }
  }

  private static Sleep sleepOf(PeerTransport transport) {
    return new Sleep() {
      @Override
      public void sleep(long maxMillis) {
        transport.await(maxMillis);
      }

      @Override
      public void wake() {
        transport.wakeup();
      }
    };
  }

  private void awaitRunning() throws StartException {
    try {
      if (!agent.awaitRunning(LONGEST_START_MILLIS) || failed) {
        throw new StartException(
            StartException.EXIT_UNAVAILABLE, "the node did not come up; the log says why", null);
      }
      HostPort own = opened.members().self().address();
      if (FirstContact.isDue(settings.join(), own, !opened.members().peers().isEmpty())) {
        FirstContact.await(agent);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartException(StartException.EXIT_UNAVAILABLE, "the start was interrupted", e);
    }
  }

  private void openHttp(HttpSettings httpSettings) throws StartException {
    gate =
        new MeteredGate(
            agent,
            httpSettings.programVersion(),
            new HomeDisk(Path.of(settings.home()), reports::isPaused),
            new HomeWork(opened.store(), opened.transport().counters()));
    try {
      http = HttpServer.open(httpSettings, gate, gate::scrape);
    } catch (IOException e) {
      throw new StartException(StartException.EXIT_UNAVAILABLE, e.getMessage(), e);
    }
  }

  private void openResp(HttpSettings httpSettings) throws StartException {
    if (settings.resp().isEmpty()) {
      return;
    }
    RespSettings respSettings = DoorSettings.resp(settings, httpSettings);
    try {
      resp = Optional.of(RespServer.open(respSettings, gate));
    } catch (IOException e) {
      throw new StartException(StartException.EXIT_UNAVAILABLE, e.getMessage(), e);
    }
  }

  private void onFailure(String role, Throwable failure) {
    // A kernel that broke an invariant must not go on; its peers take over.
    LOG.log(System.Logger.Level.ERROR, role + " has failed, the node stops", failure);
    failed = true;
    agent.giveUpStarting();
    ended.countDown();
  }

  /** The line that says where the node serves. */
  public String banner(String programVersion) {
    String listeners =
        settings.listen().stream().map(ListenAddress::toString).collect(Collectors.joining(" "));
    return "voluted "
        + programVersion
        + " node "
        + opened.actor().node()
        + " http "
        + listeners
        + " peers "
        + opened.members().self().address();
  }

  /**
   * Waits until the node has failed or was closed.
   *
   * @return whether it ended in order
   */
  public boolean awaitEnd() throws InterruptedException {
    ended.await();
    return !failed;
  }

  /**
   * Stops in order: no new requests, those under way are finished, changes are settled with the
   * owners as far as a moment allows, everything is flushed. Takes less than ten seconds.
   */
  @Override
  public void close() {
    long untilNanos = System.nanoTime() + REQUESTS_GRACE.toNanos();
    resp.ifPresent(RespServer::beginStop);
    boolean drained = http.stop(REQUESTS_GRACE, FAREWELL);
    Duration left = Duration.ofNanos(Math.max(0, untilNanos - System.nanoTime()));
    if (!resp.map(server -> server.stop(left)).orElse(true) || !drained) {
      LOG.log(System.Logger.Level.WARNING, "some requests were cut off at the stop");
    }
    if (!failed) {
      agent.runThere(Kernel::stop);
      settle();
    }
    if (!runner.close(KERNEL_GRACE_MILLIS)) {
      LOG.log(System.Logger.Level.WARNING, "the kernel did not stop in time");
    }
    opened.home().close();
    ended.countDown();
  }

  /** Gives changes that are still on their way to owners a moment. */
  private void settle() {
    long untilNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SETTLE_MILLIS);
    boolean[] settled = {false};
    while (!settled[0] && System.nanoTime() < untilNanos) {
      CountDownLatch looked = new CountDownLatch(1);
      boolean asked =
          agent.runThere(
              kernel -> {
                settled[0] = kernel.changesUnderWay() == 0;
                looked.countDown();
              });
      try {
        if (asked && !looked.await(SETTLE_MILLIS, TimeUnit.MILLISECONDS)) {
          return;
        }
        if (!settled[0]) {
          TimeUnit.MILLISECONDS.sleep(SETTLE_STEP_MILLIS);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
