package io.volute.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.causal.Dot;
import io.volute.hashing.DigestKey;
import io.volute.record.Name;
import io.volute.record.Version;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * A process that overwrites keys of a store until it is killed or has made as many changes as it
 * was told, and prints the number of each change that is stored. Change {@code n} has the dot
 * {@code n}.
 */
public final class StoreWriterProcess {
  private static final int KEYS = 40;

  private StoreWriterProcess() {}

  /** Arguments: directory, number of the first change, number of the last one, engine. */
  public static void main(String[] arguments) throws Exception {
    long first = Long.parseLong(arguments[1]);
    long last = Long.parseLong(arguments[2]);
    PrintStream out = new PrintStream(System.out, true);
    StoreEngine store = open(arguments[3], Path.of(arguments[0]), new Printer(first - 1, out));
    for (long n = first; n <= last; n++) {
      TestVersions.overwrite(store, key(n), n, size(n));
      if (n % 5 == 0) {
        store.flush();
      }
    }
    store.close();
    out.println("closed");
  }

  private record Printer(long before, PrintStream out) implements StoreListener {
    @Override
    public void onStored(long sequence) {
      out.println(before + sequence);
    }

    @Override
    public void onCompletion() {

      // Looked at by who asked for something.

    }

    @Override
    public void onDamaged(Name name, Dot dot) {
      throw new AssertionError(name + " is damaged");
    }

    @Override
    public void onStorePaused(String reason) {
      out.println(reason);
    }

    @Override
    public void onStoreFailed(String reason) {
      out.println(reason);
    }
  }

  private static StoreEngine open(String engine, Path directory, StoreListener listener)
      throws Exception {
    if (engine.equals("rocksdb")) {
      return RocksStore.open(
          directory, FsyncPolicy.ALWAYS, List.of(DigestKey.PLAIN), listener, new SystemClock());
    }
    StoreSettings settings = new StoreSettings(FsyncPolicy.ALWAYS, 1 << 20, 64 << 10, 64 << 10);
    return DurableStore.open(
        directory, settings, listener, new SystemClock(), new SeededDice(System.nanoTime()));
  }

  private static String key(long n) {
    return "key " + n % KEYS;
  }

  private static int size(long n) {
    return new SplittableRandom(n).nextInt(n % 50 == 0 ? 100_000 : 300);
  }

  /** How to start it, with the flags that this JVM has, some left out. */
  public static List<String> command(
      List<String> more, String engine, Path directory, long first, long last) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String flag : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (flag.startsWith("--add-opens") || flag.startsWith("--add-exports=java.base")) {
        command.add(flag);
      }
    }
    command.addAll(more);
    command.add("-ea");
    command.add("-Dslf4j.internal.verbosity=ERROR");
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(StoreWriterProcess.class.getName());
    command.addAll(List.of(directory.toString(), "" + first, "" + last, engine));
    return command;
  }

  /** Checks a store that such processes left, and returns the last change that is in it. */
  public static long verify(String engine, Path directory, long stored) throws Exception {
    StoreEngine store = open(engine, directory, new RecordingListener());
    if (store instanceof DurableStore log) {
      assertTrue(log.evidence().existed());
      assertEquals(false, log.evidence().damaged(), () -> log.reports().toString());
    }
    long last = 0;
    for (long k = 0; k < KEYS; k++) {
      Name name = Name.of(key(k));
      for (Version version : store.versions(name)) {
        last = Math.max(last, version.dot().counter());
        assertEquals(size(version.dot().counter()), version.sizeBytes());
        assertEquals(Optional.of(TestVersions.valueOf(version)), store.value(name, version.dot()));
      }
    }
    for (long n = Math.max(1, stored - KEYS); n <= stored; n++) {
      assertTrue(
          store.versions(Name.of(key(n))).knows(TestVersions.dot(n)), "change " + n + " is lost");
    }
    store.close();
    return last;
  }
}
