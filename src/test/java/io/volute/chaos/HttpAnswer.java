package io.volute.chaos;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A node's answer, whichever client has got it. */
record HttpAnswer(int status, Map<String, String> headers, byte[] body) {
  private static final Pattern BOUNDARY = Pattern.compile("boundary=\"?([^\";]+)");

  /** Reads a status line and header lines; {@code body} is the answer's. */
  static HttpAnswer of(List<String> head, byte[] body) {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (String line : head.subList(1, head.size())) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        headers.put(line.substring(0, colon), line.substring(colon + 1).strip());
      }
    }
    return new HttpAnswer(Integer.parseInt(head.get(0).split(" ")[1]), headers, body);
  }

  String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /** A header's value, empty when there is none. */
  String header(String name) {
    return headers.getOrDefault(name, "");
  }

  String version() {
    return header("Volute-Version");
  }

  /** All siblings of an answer to {@code siblings=all}: none, the only one, or the parts. */
  List<String> values() {
    if (status == 404) {
      return List.of();
    }
    Matcher boundary = BOUNDARY.matcher(header("Content-Type"));
    if (status != 300 || !boundary.find()) {
      return List.of(text());
    }
    List<String> values = new ArrayList<>();
    for (String part : text().split(Pattern.quote("--" + boundary.group(1)))) {
      int body = part.indexOf("\r\n\r\n");
      if (body >= 0) {
        values.add(part.substring(body + 4).replaceFirst("\r\n$", ""));
      }
    }
    return values;
  }

  @Override
  public String toString() {
    return status + " " + headers + "\n" + text();
  }
}
