package io.volute.sim;

import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.identity.Actor;
import io.volute.identity.Endpoint;
import io.volute.identity.HostPort;
import io.volute.identity.NodeId;
import io.volute.kernel.Kernel;
import io.volute.membership.Roster;
import io.volute.message.Message;
import io.volute.port.Clock;
import io.volute.port.Store;
import io.volute.port.StoreException;
import io.volute.port.Wire;
import io.volute.record.Mirrors;
import io.volute.settings.BlobTuning;
import io.volute.settings.CoreSettings;
import io.volute.settings.Duty;
import io.volute.settings.NetworkTuning;
import io.volute.settings.Tuning;
import io.volute.storage.DamagedIndexException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** One member: a production kernel while it is up, and a disk that outlives it. */
final class SimNode {
  /** Of keys that are written without a number. */
  static final Mirrors USUAL_MIRRORS = new Mirrors(3);

  private record Outgoing(NodeId to, Message message) {}

  private record Arrived(NodeId from, Message message) {}

  /** How often a frozen node's timers are looked at again. */
  private static final long FROZEN_STEP_MILLIS = 50;

  /** How soon a process is started again that has ended by itself. */
  private static final long RESTART_MILLIS = 500;

  /** Small, so that a blob of a few chunks is small as well, and impatient. */
  private static final BlobTuning BLOBS =
      new BlobTuning(1000, 2000, 3, 2, 64, 16, 300, 3000, 10_000);

  private final NodeId id;
  private final Schedule schedule;
  private final SimNetwork network;
  private final SimDice dice;
  private final List<Outgoing> outgoing = new ArrayList<>();
  private final List<String> notices = new ArrayList<>();
  private SimDisk disk;
  private Kernel kernel;
  private Roster roster;
  private boolean clone;
  private Duty duty = Duty.MEMBER;
  private Tuning tuning = Tuning.DEFAULT;
  private List<HostPort> seeds = List.of();
  private long incarnation;
  private long wallSkewMillis;
  private long bootedAtMillis;
  private boolean syncUnderWay;
  private boolean completionsScheduled;
  private boolean failureReported;
  private long slowSyncMillis;
  private long wakeAtMillis;
  private boolean frozen;
  private final List<Arrived> buffer = new ArrayList<>();

  /** Which process life this is: what was scheduled for a former one is dropped. */
  private int life;

  SimNode(NodeId id, Schedule schedule, SimNetwork network, SimDice dice) {
    this.id = id;
    this.schedule = schedule;
    this.network = network;
    this.dice = dice;
    newIncarnation();
  }

  NodeId id() {
    return id;
  }

  boolean isUp() {
    return kernel != null;
  }

  Store store() {
    return disk.store();
  }

  /** What whoever looks after it was told. */
  List<String> notices() {
    return List.copyOf(notices);
  }

  SimDisk disk() {
    return disk;
  }

  /** Gives the node its first disk. */
  void insert(SimDisk first) {
    disk = first;
  }

  Actor actor() {
    return new Actor(id, incarnation);
  }

  private void newIncarnation() {
    incarnation = Actor.nextIncarnation(incarnation, clock().wallMillis(), dice.nextLong());
  }

  Clock clock() {
    return new Clock() {
      @Override
      public long monotonicMillis() {
        return schedule.nowMillis() - bootedAtMillis;
      }

      @Override
      public long wallMillis() {
        return 1_700_000_000_000L + schedule.nowMillis() + wallSkewMillis;
      }
    };
  }

  void jumpClock(long millis) {
    wallSkewMillis += millis;
  }

  void slowDisk(long millis) {
    slowSyncMillis = millis;
  }

  /** Where it calls at each start, as with {@code --join}. */
  void callAt(List<HostPort> addresses) {
    seeds = addresses;
  }

  /** Its bounds, before it is started. */
  void tune(Tuning other) {
    tuning = other;
  }

  /** What it is there for, before it is started. */
  void assign(Duty other) {
    duty = other;
  }

  void start(Roster roster, boolean clone) {
    this.roster = roster;
    this.clone = clone;
    restart();
  }

  void restart() {
    life++;
    bootedAtMillis = schedule.nowMillis();
    syncUnderWay = false;
    completionsScheduled = false;
    failureReported = false;
    wakeAtMillis = Long.MAX_VALUE;
    frozen = false;
    buffer.clear();
    outgoing.clear();
    Wire wire =
        new Wire() {
          @Override
          public void send(Endpoint to, Message message) {
            outgoing.add(new Outgoing(to.node(), message));
          }

          @Override
          public boolean hasRoom(NodeId to) {
            return network.hasRoom(id, to);
          }

          @Override
          public void seek(HostPort address) {
            network.call(id, address);
          }
        };
    kernel =
        new Kernel(
            roster,
            actor(),
            new CoreSettings(
                tuning, NetworkTuning.LAN, BLOBS, USUAL_MIRRORS, clone, 4000, 2000, duty),
            clock(),
            dice,
            wire,
            disk.store());
    kernel.onNotice(notices::add);
    turn(this::startKernel);
  }

  private void startKernel() {
    try {
      kernel.start(() -> {});
      seeds.forEach(kernel::seek);
    } catch (StoreException e) {
      throw new AssertionError("a fresh disk refuses", e);
    }
  }

  void crash(SimDisk.Crash crash) {
    kernel = null;
    life++;
    disk = disk.after(crash, dice);
    if (crash == SimDisk.Crash.WIPE) {
      // Which life it was is lost as well.
      incarnation = 0;
    }
    boolean isDamaged = disk.isFoundDamaged();
    if (isDamaged) {
      DiskCare.doubt(disk.store());
    }
    boolean isProven = crash == SimDisk.Crash.KILL || crash == SimDisk.Crash.ROT;
    if (!isProven || isDamaged || disk.isTailCut()) {
      // The store can't be proven to be the one that was left: a new life begins.
      newIncarnation();
    }
  }

  /** Reads every value once, as an operator has it done from time to time. */
  void scrub() {
    turn(() -> DiskCare.readAll(disk.store()));
  }

  /** A restored copy whose age the node does not suspect: it goes on in the same incarnation. */
  void restoreCopy(SimDisk copy) {
    kernel = null;
    life++;
    disk = copy;
  }

  /** A backup is put in place, and known to be one: a new life begins. */
  void restoreBackup(SimDisk backup) {
    restoreCopy(backup);
    newIncarnation();
  }

  void failDisk() {
    disk.fail();
    // Noticed at the next sync, which may be now.
    syncLater();
  }

  /** The process is stopped; what comes meanwhile waits in the socket's buffer. */
  void freeze() {
    frozen = true;
  }

  void thaw() {
    frozen = false;
    List<Arrived> waited = List.copyOf(buffer);
    buffer.clear();
    waited.forEach(one -> turn(() -> kernel.onLateMessage(one.from(), one.message())));
  }

  void beginStop() {
    turn(kernel::stop);
  }

  void receive(NodeId from, Message message) {
    if (frozen) {
      buffer.add(new Arrived(from, message));
      return;
    }
    turn(() -> kernel.onMessage(from, message));
  }

  /** Somebody calls who may be a stranger. */
  void called(NodeId stranger, HostPort seenAt) {
    if (!frozen) {
      turn(() -> kernel.onSeek(stranger, seenAt));
    }
  }

  void command(Command command, Consumer<Answer> reply) {
    int inLife = life;
    turn(
        () ->
            kernel.onCommand(
                command,
                answer -> {
                  // A client hears nothing from a process that is gone.
                  if (inLife == life) {
                    reply.accept(answer);
                  }
                }));
  }

  /** What it says of itself; asking changes nothing of the run. */
  Answer describe(Command.Describe what) {
    Answer[] answer = {null};
    kernel.onCommand(what, given -> answer[0] = given);
    return answer[0];
  }

  /** One turn of the kernel's thread: an event, then writing, then sending. */
  private void turn(Runnable event) {
    long before = disk.written();
    try {
      event.run();
      disk.endTurn();
    } catch (DamagedIndexException | DiskCare.RestartException e) {
      // The process ends, and is started again by whoever looks after it.
      crash(SimDisk.Crash.KILL);
      inThisLife(RESTART_MILLIS, this::restart);
      return;
    }
    if (disk.written() > before) {
      syncLater();
    }
    List<Outgoing> batch = List.copyOf(outgoing);
    outgoing.clear();
    batch.forEach(one -> network.send(id, one.to(), one.message()));
    wakeLater();
    completeLater();
    tellOfDamage();
  }

  private void tellOfDamage() {
    for (SimDisk.Damaged one : disk.takeDamaged()) {
      inThisLife(dice.between(0, 3), () -> turn(() -> kernel.onDamaged(one.name(), one.dot())));
    }
  }

  /** What the blobs' threads have done is told a little later. */
  private void completeLater() {
    if (disk.hasCompletions() && !completionsScheduled) {
      completionsScheduled = true;
      inThisLife(
          dice.between(0, 3),
          () -> {
            completionsScheduled = false;
            turn(disk::runCompletions);
          });
    }
  }

  private void syncLater() {
    if (syncUnderWay) {
      return;
    }
    syncUnderWay = true;
    long sequence = disk.written();
    inThisLife(
        dice.between(0, 2) + slowSyncMillis,
        () -> {
          syncUnderWay = false;
          boolean failedBefore = failureReported;
          long stored = disk.sync();
          if (stored >= 0) {
            if (disk.written() > sequence) {
              syncLater();
            }
            turn(() -> kernel.onStored(stored));
          } else if (!failedBefore) {
            failureReported = true;
            turn(() -> kernel.onStoreFailed());
          }
        });
  }

  private void wakeLater() {
    long nextMillis = kernel.nextTimerMillis();
    if (nextMillis >= wakeAtMillis) {
      return;
    }
    wakeAtMillis = nextMillis;
    inThisLife(
        nextMillis - clock().monotonicMillis(),
        () -> {
          if (wakeAtMillis == nextMillis) {
            wakeAtMillis = Long.MAX_VALUE;
            turn(kernel::onTimers);
          }
        });
  }

  private void inThisLife(long delayMillis, Runnable action) {
    int inLife = life;
    schedule.after(
        delayMillis,
        "",
        () -> {
          if (inLife == life && !frozen) {
            action.run();
          } else if (inLife == life) {
            inThisLife(FROZEN_STEP_MILLIS, action);
          }
        });
  }
}
