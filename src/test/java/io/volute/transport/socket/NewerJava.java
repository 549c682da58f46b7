package io.volute.transport.socket;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds a Java on this machine that is newer than the one that runs. */
final class NewerJava {
  /** A directory with {@code bin/java}, where it is at no usual place. */
  static final String PROPERTY = "volute.newer.java";

  private static final Pattern VERSION =
      Pattern.compile("^JAVA_VERSION=\"(\\d+)[^\"]*\"", Pattern.MULTILINE);

  private NewerJava() {}

  /** The newest one from this version on, as the file that starts it. */
  static Optional<Path> find(int firstVersion) {
    TreeMap<Integer, Path> byVersion = new TreeMap<>();
    for (Path home : homes()) {
      Path java = home.resolve("bin/java");
      if (Files.isExecutable(java)) {
        version(home).ifPresent(version -> byVersion.putIfAbsent(version, java));
      }
    }
    return Optional.ofNullable(byVersion.lastEntry())
        .filter(newest -> newest.getKey() >= firstVersion)
        .map(Map.Entry::getValue);
  }

  private static List<Path> homes() {
    Path user = Path.of(System.getProperty("user.home", "/"));
    Stream<Path> named =
        Stream.concat(
                Stream.ofNullable(System.getProperty(PROPERTY)),
                System.getenv().entrySet().stream()
                    .filter(each -> each.getKey().startsWith("JAVA_HOME"))
                    .map(Map.Entry::getValue)
                    .filter(value -> !value.isEmpty()))
            .map(Path::of);
    Stream<Path> usual =
        Stream.of(
                Path.of("/usr/lib/jvm"),
                Path.of("/usr/java"),
                Path.of("/opt/java"),
                user.resolve(".jdks"),
                user.resolve(".sdkman/candidates/java"))
            .flatMap(NewerJava::children);
    return Stream.concat(named, usual).toList();
  }

  private static Stream<Path> children(Path directory) {
    try (Stream<Path> children = Files.list(directory)) {
      return children.sorted().toList().stream();
    } catch (IOException e) {
      return Stream.empty();
    }
  }

  /** What its file {@code release} says; empty where there is none that can be read. */
  static Optional<Integer> version(Path home) {
    try {
      Matcher matcher = VERSION.matcher(Files.readString(home.resolve("release")));
      return matcher.find() ? Optional.of(Integer.valueOf(matcher.group(1))) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
