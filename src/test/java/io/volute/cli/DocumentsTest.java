package io.volute.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.volute.client.http.HttpClient;
import io.volute.client.http.HttpRequest;
import io.volute.client.http.HttpResponse;
import io.volute.settings.SettingKey;
import io.volute.settings.SettingKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** What the pages name is there: pages, headings, scripts, commands, flags, paths, metrics. */
@Timeout(60)
class DocumentsTest {
  private static final Path TREE = Path.of(System.getProperty("volute.home.tree", ""));
  private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");
  private static final Pattern FLAG = Pattern.compile("(?<![\\w-])--[a-z][a-z-]+");
  private static final Pattern SCRIPT = Pattern.compile("(?<![\\w./])scripts/([a-z][a-z.-]*)");
  private static final Pattern CLIENT =
      Pattern.compile("(?:^|[ (`/])volute((?: -{1,2}[a-z-]+ [^ ]+)*) ([a-z][a-z-]*)([^|&;<>`]*)");
  private static final Pattern REQUEST =
      Pattern.compile("(?:localhost:\\d+|`(?:(?:GET|HEAD|POST|PUT|DELETE) )?)(/[a-z/-]*[a-z])");
  private static final Pattern METRIC = Pattern.compile("`(volute_[a-z0-9_]+)");

  /** Directories of the machine's, which look like paths of HTTP. */
  private static final Pattern OF_THE_MACHINE =
      Pattern.compile("/(?:etc|usr|var|run|tmp|proc|dev|lib|opt|home)\\b.*");

  /** Programs of others, whose flags are not ours to know. */
  private static final Pattern OTHERS =
      Pattern.compile(
          "\\b(?:curl|openssl|docker|kubectl|apt-get|dpkg|unshare|systemctl|systemd-analyze|java"
              + "|redis-cli|tar|mvn|rsync|sqlite3|head|awk|mount|ip|tc|nft|sysctl)\\b");

  private static final Set<String> FLAGS_OF_OTHERS =
      Set.of("--add-opens", "--add-exports", "--data-binary", "--help", "--version", "--name");

  private record Page(String name, List<String> lines) {}

  private static final List<Page> PAGES = new ArrayList<>();
  private static final Set<String> DAEMON_FLAGS = new TreeSet<>(List.of("--config"));
  private static final Set<String> CLIENT_FLAGS = new TreeSet<>();
  private static String scripts = "";

  private final List<String> findings = new ArrayList<>();

  @BeforeAll
  static void readAll() throws IOException {
    List<Path> files = new ArrayList<>();
    for (String name : List.of("README.md", "CONTRIBUTING.md", "SECURITY.md")) {
      files.add(TREE.resolve(name));
    }
    try (Stream<Path> found = Files.walk(TREE.resolve("docs"))) {
      found.filter(file -> file.toString().endsWith(".md")).sorted().forEach(files::add);
    }
    for (Path file : files) {
      PAGES.add(new Page(TREE.relativize(file).toString(), Files.readAllLines(file)));
    }
    for (SettingKey<?> key : SettingKeys.all()) {
      DAEMON_FLAGS.add(key.flag());
    }
    ClientCommand.describe().getSubcommands().values().forEach(c -> CLIENT_FLAGS.addAll(flags(c)));
    try (Stream<Path> found = Files.list(TREE.resolve("scripts"))) {
      for (Path script : found.filter(Files::isRegularFile).toList()) {
        scripts += Files.readString(script);
      }
    }
  }

  private static Set<String> flags(CommandLine command) {
    Set<String> names = new TreeSet<>();
    for (OptionSpec option : command.getCommandSpec().options()) {
      names.addAll(Arrays.asList(option.names()));
    }
    return names;
  }

  private interface LineCheck {
    void check(String line, String where);
  }

  private void eachLine(LineCheck check) {
    for (Page page : PAGES) {
      for (int i = 0; i < page.lines().size(); i++) {
        check.check(page.lines().get(i), page.name() + ":" + (i + 1));
      }
    }
    assertEquals(List.of(), findings, String.join("\n", findings));
  }

  /** As the sites that show such pages make it of a heading. */
  private static String anchor(String heading) {
    return heading
        .replaceFirst("^#+ +", "")
        .toLowerCase(Locale.ROOT)
        .replaceAll("[^\\p{L}\\p{N} _-]", "")
        .replace(' ', '-');
  }

  @Test
  void linksIntoPagesShouldNameAHeading() {
    eachLine(
        (line, where) -> {
          Matcher link = LINK.matcher(line);
          while (link.find()) {
            String[] target = link.group(1).split("#", 2);
            if (target.length == 2 && !target[0].contains(":")) {
              String own = where.substring(0, where.lastIndexOf(':'));
              Path parent = Path.of(own).resolveSibling(target[0]);
              String name = target[0].isEmpty() ? own : parent.normalize().toString();
              boolean isThere =
                  PAGES.stream()
                      .filter(page -> page.name().equals(name))
                      .flatMap(page -> page.lines().stream())
                      .anyMatch(one -> one.startsWith("#") && anchor(one).equals(target[1]));
              if (!isThere) {
                findings.add(where + ": no heading " + link.group(1));
              }
            }
          }
        });
  }

  @Test
  void everyPageShouldBeReachedFromTheFirstOne() {
    Set<String> seen = new HashSet<>(Set.of("README.md"));
    Deque<String> toVisit = new ArrayDeque<>(seen);
    while (!toVisit.isEmpty()) {
      String name = toVisit.remove();
      PAGES.stream()
          .filter(page -> page.name().equals(name))
          .flatMap(page -> page.lines().stream())
          .flatMap(line -> LINK.matcher(line).results())
          .map(link -> Path.of(name).resolveSibling(link.group(1).replaceFirst("#.*", "")))
          .map(path -> path.normalize().toString())
          .filter(seen::add)
          .forEach(toVisit::add);
    }
    for (Page page : PAGES) {
      assertTrue(seen.contains(page.name()), page.name() + " is linked from nowhere");
    }
  }

  @Test
  void everyScriptThatIsNamedShouldBeThere() {
    eachLine(
        (line, where) -> {
          Matcher matcher = SCRIPT.matcher(line);
          while (matcher.find()) {
            String name = matcher.group().replaceFirst("[.-]+$", "");
            if (!Files.exists(TREE.resolve(name))) {
              findings.add(where + ": no " + name);
            }
          }
        });
  }

  @Test
  void everyFlagThatIsNamedShouldBeOne() {
    eachLine(
        (line, where) -> {
          if (OTHERS.matcher(line).find()) {
            return;
          }
          Matcher matcher = FLAG.matcher(line);
          while (matcher.find()) {
            String flag = matcher.group();
            boolean isKnown =
                DAEMON_FLAGS.contains(flag)
                    || CLIENT_FLAGS.contains(flag)
                    || FLAGS_OF_OTHERS.contains(flag)
                    || scripts.contains(flag);
            if (!isKnown) {
              findings.add(where + ": nothing has a flag " + flag);
            }
          }
        });
  }

  @Test
  void everyCommandOfTheClientThatIsShownShouldBeOneWithThoseOptions() {
    var commands = ClientCommand.describe().getSubcommands();
    eachLine(
        (line, where) -> {
          boolean isShown = line.matches("(?:    |scripts/volute ).*|.*`.*");
          Matcher matcher = CLIENT.matcher(isShown && !line.contains("docker") ? line : "");
          while (matcher.find()) {
            CommandLine command = commands.get(matcher.group(2));
            if (command == null) {
              findings.add(where + ": volute has no command " + matcher.group(2));
              continue;
            }
            Matcher options = FLAG.matcher(matcher.group(1) + matcher.group(3));
            while (options.find()) {
              if (!flags(command).contains(options.group())) {
                findings.add(where + ": volute " + matcher.group(2) + " has no " + options.group());
              }
            }
          }
        });
  }

  @Test
  void everyMetricThatIsNamedShouldBeOnThePageOfMetrics() throws IOException {
    String page = Files.readString(TREE.resolve("docs/reference/metrics.md"));
    eachLine(
        (line, where) -> {
          Matcher matcher = METRIC.matcher(line);
          while (matcher.find()) {
            if (!page.contains(matcher.group(1))) {
              findings.add(where + ": no metric " + matcher.group(1));
            }
          }
        });
  }

  @Test
  void everyPathThatIsNamedShouldBeServedAndDescribed(@TempDir Path directory) throws Exception {
    List<String> served = served(directory);
    assertTrue(served.contains("/write") && served.contains("/keys/NAME"), served.toString());
    String page = Files.readString(TREE.resolve("docs/reference/http.md"));
    for (String path : served) {
      assertTrue(page.contains(path), "docs/reference/http.md does not have " + path);
    }
    eachLine(
        (line, where) -> {
          Matcher matcher = REQUEST.matcher(line);
          while (matcher.find()) {
            String path = matcher.group(1);
            boolean isServed =
                served.contains(path)
                    || path.startsWith("/keys/")
                    || OF_THE_MACHINE.matcher(path).matches();
            if (!isServed) {
              findings.add(where + ": no such path " + path);
            }
          }
        });
  }

  /** The paths that a node names to who asks for one that it has not. */
  private static List<String> served(Path directory) throws Exception {
    try (RamNode node = RamNode.open(directory);
        HttpClient client = node.client();
        HttpResponse answer = client.send(HttpRequest.get("/nowhere"))) {
      String line = answer.text(4096);
      String list = line.substring(line.indexOf(" are ") + " are ".length());
      return Arrays.asList(list.strip().split(", | and "));
    }
  }
}
