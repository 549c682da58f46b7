package io.volute.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.volute.client.http.HttpClient;
import io.volute.client.http.HttpRequest;
import io.volute.client.http.HttpResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Holds the table of commands on the page about HTTP against what a node takes. */
@Timeout(60)
class HttpPageTest {
  private static final Path PAGE =
      Path.of(System.getProperty("volute.home.tree", "")).resolve("docs/reference/http.md");

  /** Path, methods, parameters. */
  private static final Pattern ROW =
      Pattern.compile("\\| `(/[a-z/-]*)` \\| ([A-Z ]+) \\|(.*?)\\| .*");

  private final List<String> findings = new ArrayList<>();

  @Test
  void shouldHaveEachPathWithTheMethodsAndParametersThatANodeTakes(@TempDir Path directory)
      throws Exception {
    SortedMap<String, String> shown = new TreeMap<>();
    try (RamNode node = RamNode.open(directory);
        HttpClient client = node.client()) {
      for (String line : Files.readAllLines(PAGE)) {
        Matcher row = ROW.matcher(line);
        if (row.matches()) {
          shown.merge(row.group(1), row.group(2), (first, second) -> first + " " + second);
          checkParameters(client, row.group(1), row.group(2), row.group(3));
        }
      }
      for (Map.Entry<String, String> path : shown.entrySet()) {
        checkMethods(client, path.getKey(), path.getValue());
      }
      assertEquals(served(client), shown.keySet());
    }
    assertEquals(List.of(), findings, String.join("\n", findings));
  }

  /** The paths that a node names to who asks for one that it has not. */
  private static Set<String> served(HttpClient client) throws IOException {
    try (HttpResponse answer = client.send(HttpRequest.get("/nowhere"))) {
      String line = answer.text(4096);
      String list = line.substring(line.indexOf(" are ") + " are ".length());
      Set<String> paths = new TreeSet<>(Arrays.asList(list.strip().split(", | and ")));
      paths.remove("/keys/NAME");
      return paths;
    }
  }

  private static boolean isRead(String methods) {
    return methods.contains("GET");
  }

  private void checkMethods(HttpClient client, String path, String methods) throws IOException {
    if (methods.contains("GET") && methods.contains("POST")) {
      return; // Two rows: neither of the methods that this client can send is a wrong one.
    }
    HttpRequest wrong = isRead(methods) ? HttpRequest.post(path) : HttpRequest.get(path);
    try (HttpResponse answer = client.send(wrong)) {
      assertEquals(405, answer.status(), path);
      assertEquals(methods.replace(" ", ", "), answer.header("Allow").orElse(""), path);
    }
  }

  private void checkParameters(HttpClient client, String path, String methods, String parameters)
      throws IOException {
    HttpRequest right = isRead(methods) ? HttpRequest.get(path) : HttpRequest.post(path);
    try (HttpResponse answer = client.send(right.parameter("frob", "1"))) {
      String text = answer.text(4096).strip();
      assertEquals(400, answer.status(), path + ": " + text);
      Set<String> taken = new TreeSet<>();
      int list = text.indexOf("allowed: ");
      if (list >= 0) {
        taken.addAll(Arrays.asList(text.substring(list + 9).split(",? (?:and )?")));
      }
      for (String one : taken) {
        if (!parameters.contains("`" + one + "`") && !parameters.contains("as `/write`")) {
          findings.add(path + " takes " + one + ": " + text);
        }
      }
      Matcher named = Pattern.compile("`([a-z]+)`").matcher(parameters);
      while (named.find()) {
        if (!taken.contains(named.group(1))) {
          findings.add(path + " does not take " + named.group(1) + ": " + text);
        }
      }
    }
  }
}
