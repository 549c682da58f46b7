package io.volute;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The house rules that a machine can check, over the files of the source tree. */
final class TidyTest {
  private static final int MOST_LINES = 400;
  private static final int MOST_COLUMNS = 100;

  private static final Path TREE =
      Path.of(System.getProperty("volute.home.tree", "")).toAbsolutePath().normalize();
  private static final Path MAIN = TREE.resolve("src/main/java/io/volute");

  /** Not ours to tidy: what is built, stored or kept by tools. */
  private static final Set<String> SKIPPED =
      Set.of("openhft", ".git", ".idea", ".vscode", "target", "volute-data");

  private static final Set<String> TEXT =
      Set.of("java", "md", "sh", "xml", "flags", "txt", "yml", "yaml", "example", "properties", "");

  private static final Set<String> NAMES_THAT_SAY_NOTHING =
      Set.of(
          "util", "utils", "common", "commons", "impl", "manager", "managers", "helper", "helpers");

  private record Source(Path path, List<String> lines) {
    String name() {
      return TREE.relativize(path).toString().replace('\\', '/');
    }

    String extension() {
      String file = path.getFileName().toString();
      return file.contains(".") ? file.substring(file.lastIndexOf('.') + 1) : "";
    }

    boolean isJava() {
      return extension().equals("java");
    }

    boolean isScript() {
      return !lines.isEmpty() && lines.get(0).startsWith("#!");
    }

    String at(int index) {
      return name() + ":" + (index + 1) + ": ";
    }
  }

  private static final List<Source> sources = new ArrayList<>();

  private final Set<String> findings = new TreeSet<>();

  @BeforeAll
  static void readTree() throws IOException {
    sources.clear();
    Files.walkFileTree(
        TREE,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) {
            return SKIPPED.contains(String.valueOf(dir.getFileName()))
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Source named = new Source(file, List.of());
            if (attributes.isRegularFile() && TEXT.contains(named.extension())) {
              sources.add(
                  new Source(file, new String(Files.readAllBytes(file), UTF_8).lines().toList()));
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }

  @Test
  void linesShouldHaveNoTabsNorTrailingBlanksNorUnfinishedMarks() {
    Pattern unfinished = Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b");
    eachLine(
        (source, index, line) -> {
          if (line.indexOf('\t') >= 0) {
            findings.add(source.at(index) + "a tab");
          }
          if (!line.equals(line.stripTrailing())) {
            findings.add(source.at(index) + "blanks at the end");
          }
          if (unfinished.matcher(line).find()) {
            findings.add(source.at(index) + "do it now, or write an issue");
          }
        });
    assertTidy();
  }

  @Test
  void codeShouldFitThePage() {
    for (Source source : sources) {
      if (source.isJava() && source.lines().size() > MOST_LINES) {
        findings.add(source.name() + ": over " + MOST_LINES + " lines; find the two ideas in it");
      }
    }
    eachLine(
        (source, index, line) -> {
          boolean code = source.isJava() || source.isScript() || source.extension().equals("sh");
          if (code && line.codePointCount(0, line.length()) > MOST_COLUMNS) {
            findings.add(source.at(index) + "over " + MOST_COLUMNS + " columns");
          }
        });
    assertTidy();
  }

  @Test
  void importsShouldNameWhatTheyBring() {
    eachLine(
        (source, index, line) -> {
          if (source.isJava() && line.startsWith("import ") && line.endsWith(".*;")) {
            findings.add(source.at(index) + "a wildcard import");
          }
        });
    assertTidy();
  }

  @Test
  void onlyTheHouseShouldPrint() {
    Pattern prints = Pattern.compile("\\bSystem\\.(out|err)\\b|\\bprintStackTrace\\(");
    eachLine(
        (source, index, line) -> {
          Path path = source.path();
          boolean house =
              path.startsWith(MAIN.resolve("cli")) || path.startsWith(MAIN.resolve("daemon"));
          if (path.startsWith(MAIN) && !house && prints.matcher(line).find()) {
            findings.add(source.at(index) + "printing is for cli and daemon");
          }
        });
    assertTidy();
  }

  @Test
  void roomsShouldHaveANameThatSaysSomethingAndAPageThatExplainsThem() {
    for (Source source : sources) {
      if (!source.isJava()) {
        continue;
      }
      Path directory = source.path().getParent();
      if (source.path().startsWith(MAIN) && !Files.exists(directory.resolve("package-info.java"))) {
        findings.add(TREE.relativize(directory) + ": no package-info.java");
      }
      if (NAMES_THAT_SAY_NOTHING.contains(directory.getFileName().toString())) {
        findings.add(TREE.relativize(directory) + ": say what is in it, not that it is code");
      }
    }
    assertTidy();
  }

  @Test
  void scriptsShouldBeExecutable() {
    for (Source source : sources) {
      if (source.isScript() != Files.isExecutable(source.path())) {
        findings.add(source.name() + ": a script has #! and is executable, all else is neither");
      }
    }
    assertTidy();
  }

  @Test
  void changelogShouldKeepItsForm() {
    Pattern release = Pattern.compile("## \\[\\d+\\.\\d+\\.\\d+] - \\d{4}-\\d{2}-\\d{2}");
    Pattern kind = Pattern.compile("### (Added|Changed|Deprecated|Removed|Fixed|Security)");
    Source changelog = named("CHANGELOG.md");
    List<String> headings = changelog.lines().stream().filter(l -> l.startsWith("#")).toList();
    List<String> start = List.of("# Changelog", "## [Unreleased]");
    assertEquals(start, headings.subList(0, Math.min(2, headings.size())));
    for (String heading : headings.subList(2, headings.size())) {
      if (!release.matcher(heading).matches() && !kind.matcher(heading).matches()) {
        findings.add("CHANGELOG.md: " + heading + " is not a heading of keepachangelog.com");
      }
    }
    assertTidy();
  }

  @Test
  void linksBetweenPagesShouldLeadSomewhere() {
    Pattern link = Pattern.compile("]\\(([^)\\s]+)\\)");
    for (Source source : sources) {
      boolean fenced = false;
      for (int index = 0; index < source.lines().size(); index++) {
        String line = source.lines().get(index);
        fenced ^= line.stripLeading().startsWith("```");
        Matcher matcher = link.matcher(line);
        while (source.extension().equals("md") && !fenced && matcher.find()) {
          String target = matcher.group(1).replaceFirst("#.*", "");
          boolean elsewhere = target.isEmpty() || target.matches("[a-z]+:.*");
          if (!elsewhere && !Files.exists(source.path().resolveSibling(target))) {
            findings.add(source.at(index) + "nothing at " + target);
          }
        }
      }
    }
    assertTidy();
  }

  private static Source named(String name) {
    return sources.stream().filter(s -> s.name().equals(name)).findFirst().orElseThrow();
  }

  private interface LineCheck {
    void check(Source source, int index, String line);
  }

  private static void eachLine(LineCheck check) {
    for (Source source : sources) {
      for (int index = 0; index < source.lines().size(); index++) {
        check.check(source, index, source.lines().get(index));
      }
    }
  }

  private void assertTidy() {
    if (!findings.isEmpty()) {
      fail("\n" + String.join("\n", findings));
    }
  }
}
