package io.volute.transport.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/** The batches that only a newer Java has, where the tests run on an older one. */
class BatchesOnNewerJavaTest {
  private static final int FIRST_JAVA = 22;
  private static final long PATIENCE_MINUTES = 10;

  @TempDir Path directory;

  @Test
  void shouldBringTheSameByBothWaysOnANewerJava() throws IOException, InterruptedException {
    assumeTrue(Runtime.version().feature() < FIRST_JAVA, "DatagramIoTest has done so itself");
    assumeTrue(System.getProperty("os.name", "").equals("Linux"), "batches need Linux");
    Optional<Path> java = NewerJava.find(FIRST_JAVA);
    assumeTrue(
        java.isPresent(),
        "no Java of version 22 or newer at the usual places; -D" + NewerJava.PROPERTY + "=DIR");
    assumeTrue(run(java.get(), List.of("-version")) == 0, java.get() + " does not start");

    int code =
        run(
            java.get(),
            List.of(
                "-Xmx512m",
                "-ea",
                "--enable-native-access=ALL-UNNAMED",
                "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
                "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED",
                "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
                "-cp",
                classPath(),
                BatchesRun.class.getName()));
    String said = Files.readString(output());

    assumeTrue(code != BatchesRun.WITHOUT_BATCHES, said);
    assertEquals(0, code, said);
    assertTrue(said.contains("done: shouldBringTheSameByBothWays\n"), said);
    assertTrue(said.contains("done: shouldLoseOnlyWhatTheSystemRefuses\n"), said);
  }

  /** Where the classes of this run came from, whatever started it. */
  private static String classPath() {
    Stream<String> sources =
        Stream.of(
                BatchesRun.class,
                NativeCalls.class,
                UnsafeBuffer.class,
                Test.class,
                TestAbortedException.class)
            .map(each -> Path.of(locationOf(each)).toString());
    return Stream.concat(sources, Stream.of(System.getProperty("java.class.path")))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static URI locationOf(Class<?> type) {
    try {
      return type.getProtectionDomain().getCodeSource().getLocation().toURI();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private Path output() {
    return directory.resolve("output");
  }

  private int run(Path java, List<String> arguments) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(java.toString());
    builder.command().addAll(arguments);
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    builder.redirectErrorStream(true).redirectOutput(output().toFile());
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      // Such as one for another processor.
      return -1;
    }
    try {
      assertTrue(process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES), "it does not end");
      return process.exitValue();
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void shouldReadTheVersionOfAJava() throws IOException {
    Path release = directory.resolve("release");
    assertEquals(Optional.empty(), NewerJava.version(directory));
    Files.writeString(release, "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"25.0.1\"\nOS_ARCH=\"x\"\n");
    assertEquals(Optional.of(25), NewerJava.version(directory));
    Files.writeString(release, "JAVA_VERSION=\"1.8.0_302\"\n");
    assertEquals(Optional.of(1), NewerJava.version(directory));
    Files.writeString(release, "nonsense");
    assertEquals(Optional.empty(), NewerJava.version(directory));
  }
}
