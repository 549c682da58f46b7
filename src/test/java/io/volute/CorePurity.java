package io.volute;

import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What floors 0 to 2 must not use, and why: a run of the core is a function of its events, the time
 * it is told and the dice it is given. Anything else makes a failing seed impossible to replay.
 */
final class CorePurity {

  private static final String THREADS = "the core runs on its caller's thread; see agent";
  private static final String DICE = "chance comes from port.Dice";
  private static final String TIME = "the time comes from port.Clock";
  private static final String NETWORK = "peers are reached through port.Wire";
  private static final String FILES = "bytes are kept through port.Store and port.Blobs";
  private static final String ORDER =
      "its order differs from run to run: take LinkedHashMap, TreeMap, their sets, or a list";

  /** A class, or with a star all of a package and of those below it. */
  private static final Map<String, String> TYPES = new LinkedHashMap<>();

  static {
    ban(THREADS, "java.lang.Thread", "java.lang.ThreadGroup", "java.lang.ThreadLocal");
    ban(THREADS, "java.util.concurrent.*", "java.util.Timer", "java.util.TimerTask");
    ban(FILES, "java.lang.Runtime", "java.lang.Process", "java.lang.ProcessBuilder");
    ban(FILES, "java.lang.ProcessHandle", "java.io.*", "java.nio.file.*", "java.util.Scanner");
    ban(NETWORK, "java.net.*", "javax.net.*", "java.nio.channels.*");
    ban(TIME, "java.time.Clock", "java.util.Date", "java.util.Calendar");
    ban(DICE, "java.util.Random", "java.util.SplittableRandom", "java.util.random.*");
    ban(DICE, "java.security.SecureRandom");
    ban(ORDER, "java.util.HashMap", "java.util.HashSet", "java.util.IdentityHashMap");
    ban(ORDER, "java.util.WeakHashMap", "java.util.Hashtable", "java.util.Properties");
  }

  /** Plain values that happen to live in a banned package. */
  private static final List<String> HARMLESS =
      List.of(
          "java.util.concurrent.TimeUnit",
          "java.nio.file.Path",
          "java.nio.file.InvalidPathException");

  private CorePurity() {}

  private static void ban(String why, String... types) {
    for (String type : types) {
      TYPES.put(type, why);
    }
  }

  static void check(JavaClass subject, Consumer<String> findings) {
    for (Dependency dependency : subject.getDirectDependenciesFromSelf()) {
      String target = ArchitectureTest.baseOf(dependency.getTargetClass()).getName();
      bannedType(target)
          .ifPresent(why -> findings.accept(dependency.getDescription() + ": " + why));
    }
    for (JavaAccess<?> access : subject.getAccessesFromSelf()) {
      if (access.getTarget() instanceof CodeUnitAccessTarget target) {
        bannedCall(target).ifPresent(why -> findings.accept(access.getDescription() + ": " + why));
      } else if (access.getTargetOwner().getName().equals("java.lang.System")) {
        findings.accept(access.getDescription() + ": the core prints and reads nothing");
      }
    }
  }

  private static Optional<String> bannedType(String name) {
    if (HARMLESS.contains(name) || name.startsWith("io.volute.") || name.indexOf('.') < 0) {
      return Optional.empty();
    }
    if (!name.startsWith("java.") && !name.startsWith("javax.")) {
      return Optional.of("the core uses Java's own classes only");
    }
    for (Map.Entry<String, String> ban : TYPES.entrySet()) {
      String type = ban.getKey();
      boolean hit =
          type.endsWith("*")
              ? name.startsWith(type.substring(0, type.length() - 1))
              : name.equals(type) || name.startsWith(type + "$");
      if (hit) {
        return Optional.of(ban.getValue());
      }
    }
    return Optional.empty();
  }

  private static Optional<String> bannedCall(CodeUnitAccessTarget target) {
    String owner = target.getOwner().getName();
    String name = target.getName();
    List<JavaClass> parameters = target.getRawParameterTypes();
    if (owner.equals("java.lang.System") && !name.equals("arraycopy")) {
      return Optional.of(TIME + ", and all else of the world through the other ports");
    }
    if (owner.startsWith("java.time.") && name.equals("now")) {
      return Optional.of(TIME);
    }
    boolean rolls =
        switch (name) {
          case "random" -> owner.endsWith("Math");
          case "randomUUID" -> true;
          case "shuffle" -> owner.equals("java.util.Collections");
          default -> false;
        };
    if (rolls) {
      return Optional.of(DICE);
    }
    if (owner.startsWith("java.util.") && (name.equals("parallel") || name.contains("parallelS"))) {
      return Optional.of(THREADS);
    }
    return unordered(owner, name, parameters) ? Optional.of(ORDER) : Optional.empty();
  }

  /** Java salts the order of its immutable sets and maps anew in each process. */
  private static boolean unordered(String owner, String name, List<JavaClass> parameters) {
    int count = parameters.size();
    boolean array = count == 1 && parameters.get(0).isArray();
    return switch (owner) {
      case "java.util.Set" -> name.equals("copyOf") || (name.equals("of") && (count > 1 || array));
      case "java.util.Map" ->
          name.equals("copyOf") || name.equals("ofEntries") || (name.equals("of") && count > 2);
      case "java.util.stream.Collectors" ->
          switch (name) {
            case "toSet", "toUnmodifiableSet", "toUnmodifiableMap" -> true;
            case "toMap" -> count < 4;
            case "groupingBy" -> count < 3;
            default -> name.contains("Concurrent");
          };
      default -> false;
    };
  }
}
