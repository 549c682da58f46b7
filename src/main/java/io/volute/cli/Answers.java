package io.volute.cli;

import io.volute.cli.text.Json;
import io.volute.cli.text.Shown;
import io.volute.client.http.HttpResponse;
import io.volute.client.json.JsonReader;
import io.volute.client.json.JsonReader.Token;
import io.volute.client.json.MalformedJsonException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What a node's answer means for the one who asked. */
final class Answers {
  static final String VERSION = "Volute-Version";
  static final String SIBLINGS = "Volute-Siblings";
  private static final String ACKS = "Volute-Acks";
  private static final String OUTCOME = "Volute-Outcome";
  private static final String OUR_HEADERS = "Volute-";
  private static final int MAX_ERROR_BYTES = 16 * 1024;

  /** What the answer is about; a 404 means different things. */
  enum About {
    /** A key, at a path that every node knows. */
    KEY,
    /** Anything else: a node that does not know the command says 404 as well. */
    NODE
  }

  private Answers() {}

  /** Throws the failure that the answer stands for, unless it is a success. */
  static void requireSuccess(HttpResponse answer, About about) throws IOException, CommandFailure {
    if (answer.status() < 200 || answer.status() > 299) {
      throw failure(answer, about);
    }
  }

  static CommandFailure failure(HttpResponse answer, About about) throws IOException {
    String line = Shown.message(messageOf(answer));
    if (line.isEmpty()) {
      line = "the node answered " + answer.status() + " and no reason";
    }
    Optional<String> outcome = answer.header(OUTCOME);
    if (outcome.isPresent()) {
      line += " (outcome: " + Shown.message(outcome.get()) + ")";
    }
    boolean isOfKey = about == About.KEY || answer.hasHeaderWithPrefix(OUR_HEADERS);
    boolean isAbsent = answer.status() == 404 && isOfKey;
    return new CommandFailure(isAbsent ? ExitCode.NOT_FOUND : ExitCode.FAILED, line);
  }

  private static String messageOf(HttpResponse answer) throws IOException {
    String text = answer.text(MAX_ERROR_BYTES);
    if (!answer.isOfType("application/json")) {
      return text;
    }
    try {
      JsonReader json =
          new JsonReader(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
      if (json.next() == Token.BEGIN_OBJECT
          && json.next() == Token.NAME
          && json.text().equals("error")
          && json.next() == Token.STRING) {
        return json.text();
      }
      return text;
    } catch (MalformedJsonException e) {
      return text;
    }
  }

  /** The context that the answer carries, as it is typed in the next command. */
  static String version(HttpResponse answer) {
    return Shown.message(answer.header(VERSION).orElse(""));
  }

  static int siblings(HttpResponse answer) {
    String count = answer.header(SIBLINGS).orElse("1");
    boolean isNumber =
        !count.isEmpty()
            && count.length() <= 9
            && count.chars().allMatch(c -> c >= '0' && c <= '9');
    return isNumber ? Integer.parseInt(count) : 1;
  }

  /** The members of a JSON object that say what the headers say, without the braces. */
  static String headersAsJson(HttpResponse answer) {
    StringBuilder json = new StringBuilder();
    json.append("\"version\":").append(Json.quote(version(answer)));
    answer.header("ETag").ifPresent(tag -> json.append(",\"etag\":").append(Json.quote(tag)));
    json.append(",\"siblings\":").append(siblings(answer));
    answer.header(ACKS).ifPresent(acks -> json.append(",\"acks\":").append(Json.quote(acks)));
    return json.toString();
  }
}
