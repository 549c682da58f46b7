package io.volute.cli.doctor;

import io.volute.cli.text.JsonLines;
import io.volute.cli.text.Shown;
import io.volute.client.http.HttpClient;
import io.volute.client.http.HttpRequest;
import io.volute.client.http.HttpResponse;
import io.volute.client.json.JsonReader;
import io.volute.client.link.Access;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one node told.
 *
 * @param address where it was asked
 * @param refusal why there is nothing more; empty where it answered
 * @param status its status, by path
 * @param members those that it knows, itself first
 * @param metrics its counters and gauges; none where it does not show them
 * @param clockAheadMillis how far its clock is before ours; empty where it does not show it
 */
record NodeFacts(
    String address,
    Optional<String> refusal,
    Map<String, String> status,
    List<Member> members,
    Metrics metrics,
    Optional<Long> clockAheadMillis) {
  private static final int MAX_BYTES = 8 * 1024 * 1024;

  /** A member as a node sees it. */
  record Member(String uid, String address, String state) {}

  /** Asks a node; one that can't be asked is a fact as well. */
  static NodeFacts gather(Access access) {
    String address = access.target().toString();
    try (HttpClient client = new HttpClient(access)) {
      Map<String, String> status = new LinkedHashMap<>();
      Optional<Long> ahead = clockAhead(client);
      read(client, "/status", status);
      Map<String, String> membership = new LinkedHashMap<>();
      read(client, "/membership", membership);
      Metrics metrics = Metrics.parse(metricsText(client));
      return new NodeFacts(
          address, Optional.empty(), status, membersIn(membership), metrics, ahead);
    } catch (IOException e) {
      String reason = Shown.message(e.getMessage() == null ? e.toString() : e.getMessage());
      return new NodeFacts(
          address, Optional.of(reason), Map.of(), List.of(), Metrics.parse(""), Optional.empty());
    }
  }

  String uid() {
    return status.getOrDefault("uid", members.isEmpty() ? address : members.get(0).uid());
  }

  /** A number of the status; empty when it is not there or is none. */
  Optional<Long> number(String path) {
    String text = status.getOrDefault(path, "");
    boolean isNumber =
        !text.isEmpty() && text.length() <= 18 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    return isNumber ? Optional.of(Long.parseLong(text)) : Optional.empty();
  }

  private static void read(HttpClient client, String path, Map<String, String> into)
      throws IOException {
    HttpRequest request = HttpRequest.get(path).header("Accept", "application/json");
    try (HttpResponse answer = client.send(request)) {
      String text = answer.text(MAX_BYTES);
      if (answer.status() != 200) {
        throw new IOException(path + " answered " + answer.status() + ": " + Shown.message(text));
      }
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      JsonLines.walk(new JsonReader(new ByteArrayInputStream(bytes)), into::put);
    }
  }

  /** Empty where the node does not show them to us: the findings are fewer then. */
  private static String metricsText(HttpClient client) throws IOException {
    try (HttpResponse answer = client.send(HttpRequest.get("/metrics"))) {
      String text = answer.text(MAX_BYTES);
      return answer.status() == 200 ? text : "";
    }
  }

  /** By the Date of an answer, which is cut to seconds: half of one is added. */
  private static Optional<Long> clockAhead(HttpClient client) throws IOException {
    long before = System.currentTimeMillis();
    try (HttpResponse answer = client.send(HttpRequest.get("/status"))) {
      long after = System.currentTimeMillis();
      answer.text(MAX_BYTES);
      Optional<String> date = answer.header("Date");
      if (date.isEmpty()) {
        return Optional.empty();
      }
      long theirs =
          ZonedDateTime.parse(date.get(), DateTimeFormatter.RFC_1123_DATE_TIME)
              .toInstant()
              .toEpochMilli();
      return Optional.of(theirs + 500 - (before + (after - before) / 2));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  private static List<Member> membersIn(Map<String, String> membership) {
    List<Member> members = new ArrayList<>();
    for (int i = 0; membership.containsKey("members." + i + ".uid"); i++) {
      String at = "members." + i + ".";
      members.add(
          new Member(
              membership.get(at + "uid"),
              membership.getOrDefault(at + "address", ""),
              membership.getOrDefault(at + "state", "")));
    }
    return members;
  }
}
