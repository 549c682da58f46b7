package io.volute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Holds the page about Java equal to a program that runs. */
@Timeout(60)
final class JavaPageTest {
  private static final Path TREE = Path.of(System.getProperty("volute.home.tree", ""));
  private static final Path PAGE = TREE.resolve("docs/reference/java.md");
  private static final Path EXAMPLE = TREE.resolve("src/test/java/io/volute/JavaPageExample.java");

  @Test
  void shouldShowTheProgramThatIsRunHere(@TempDir Path directory) throws Exception {
    String source = Files.readString(EXAMPLE);
    String begin = "    // page: begin\n";
    String program =
        source
            .substring(source.indexOf(begin) + begin.length(), source.indexOf("    // page: end"))
            .replaceAll("(?m)^    ", "");
    assertTrue(Files.readString(PAGE).contains("```java\n" + program + "```"), program);
    assertEquals(List.of("hello", "on 1/1"), JavaPageExample.run(directory, freeUdpPort()));
  }

  @Test
  void shouldNameEveryFlagThatTheJarCarriesInItsManifest() throws IOException {
    String pom = Files.readString(TREE.resolve("pom.xml"));
    String page = Files.readString(PAGE);
    Matcher lists = Pattern.compile("<Add-(Opens|Exports)>([^<]+)</").matcher(pom);
    boolean isAny = false;
    while (lists.find()) {
      String flag = lists.group(1).equals("Opens") ? "--add-opens" : "--add-exports";
      for (String one : lists.group(2).split(" ")) {
        isAny = true;
        assertTrue(page.contains(flag + " " + one + "=ALL-UNNAMED"), one);
      }
    }
    assertTrue(isAny);
    assertFalse(page.contains("System.exit"), "a node inside a program never ends it");
  }

  private static int freeUdpPort() throws IOException {
    try (DatagramSocket socket =
        new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
      return socket.getLocalPort();
    }
  }
}
