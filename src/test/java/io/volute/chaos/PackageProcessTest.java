package io.volute.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code scripts/package} makes. Skips itself where there is no dpkg-deb. */
@Timeout(600)
final class PackageProcessTest {
  private static final Duration LIMIT = Duration.ofMinutes(6);

  private static Program.Finished run(String... command) {
    Program.Finished finished = Program.of(List.of(command)).run(LIMIT);
    assertEquals(0, finished.exitCode(), () -> finished.out() + finished.err());
    return finished;
  }

  @Test
  void shouldMakeAPackageThatUnpacksAndRuns(@TempDir Path directory) throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/dpkg-deb")), "no dpkg-deb");
    String said = run(Program.TREE.resolve("scripts/package").toString()).err();
    assertTrue(said.contains("checked: the package unpacks and runs"), said);
    assertTrue(
        said.contains("checked: the package installs, the daemon runs as its user")
            || said.contains("not checked: the installed package"),
        said);

    Path packages = Program.TREE.resolve("target/packages");
    Path deb;
    try (Stream<Path> files = Files.list(packages)) {
      deb = files.filter(file -> file.toString().endsWith(".deb")).findFirst().orElseThrow();
    }
    run("dpkg-deb", "--extract", deb.toString(), directory.toString());
    for (String file :
        List.of(
            "etc/volute/voluted.conf",
            "etc/default/volute",
            "lib/systemd/system/voluted.service",
            "usr/share/bash-completion/completions/volute",
            "usr/share/doc/volute/docs/README.md")) {
      Path path = directory.resolve(file);
      assertTrue(Files.isRegularFile(path), file);
      String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
      assertEquals("rw-r--r--", mode, file);
    }
    String control = run("dpkg-deb", "--field", deb.toString()).out();
    assertTrue(control.contains("openjdk-17-jre-headless"), control);
    String help = run(directory.resolve("usr/bin/volute").toString(), "--help").out();
    assertTrue(help.contains("doctor"), help);

    // Its settings are ones that the daemon takes: it gets as far as the directory of another user.
    Path conf = directory.resolve("etc/volute/voluted.conf");
    Path home = directory.resolve("data");
    String settings =
        Files.readString(conf)
            .replace("/var/lib/volute", home.toString())
            .replace("/run/volute", directory.toString())
            .replace("1592", Integer.toString(FreePorts.next()))
            .replace("1593", Integer.toString(FreePorts.next()));
    Files.writeString(conf, settings);
    String script =
        "(cd \"$0\" && exec usr/bin/voluted --config etc/volute/voluted.conf) & pid=$!\n"
            + "for i in $(seq 100); do \"$0\"/usr/bin/volute-ready \"$0\"/http.sock 2>/dev/null"
            + " && break; sleep 0.2; done\n"
            + "\"$0\"/usr/bin/volute-ready \"$0\"/http.sock; ready=$?\n"
            + "kill $pid; wait $pid; echo \"ready $ready, exit $?\"\n";
    String out = run("bash", "-c", script, directory.toString()).out();
    assertTrue(out.contains("ready 0, exit 0"), out);
  }
}
