package io.volute.client;

import io.volute.client.Nodes.Attempt;
import io.volute.client.Nodes.Verdict;
import io.volute.client.VoluteException.RefusedException;
import io.volute.client.http.HttpResponse;
import io.volute.client.http.Multipart;
import io.volute.client.json.JsonReader;
import io.volute.client.json.JsonReader.Token;
import io.volute.client.link.ExchangeException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a node's answers mean for a call. */
final class Replies {
  private static final int MAX_ERROR_BYTES = 16 * 1024;
  private static final int NO_CONTENT = 204;
  private static final int MULTIPLE = 300;
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;
  private static final int CONDITION_FAILED = 412;
  private static final int TOO_MANY_REQUESTS = 429;

  private final int maxValueBytes;

  Replies(int maxValueBytes) {
    this.maxValueBytes = maxValueBytes;
  }

  /** What a read has shown. */
  record Shown(List<Value> values, String version) {}

  Verdict read(HttpResponse answer, Attempt<Shown> attempt) throws IOException {
    String version = answer.header("Volute-Version").orElse("");
    if (answer.status() == NOT_FOUND && answer.hasHeaderWithPrefix("Volute-")) {
      drain(answer);
      attempt.result(new Shown(List.of(), version));
      return Verdict.STANDS;
    }
    if (answer.status() == MULTIPLE) {
      attempt.result(new Shown(parts(answer), version));
      return Verdict.STANDS;
    }
    if (isSuccess(answer)) {
      String type = answer.header("Content-Type").orElse("");
      byte[] bytes = bounded(answer.body());
      attempt.result(
          new Shown(List.of(new Value(bytes, type, version, siblings(answer))), version));
      return Verdict.STANDS;
    }
    return tryAnother(answer, attempt);
  }

  private List<Value> parts(HttpResponse answer) throws IOException {
    List<Value> values = new ArrayList<>();
    int siblings = siblings(answer);
    Multipart parts = Multipart.of(answer);
    long left = maxValueBytes;
    for (Optional<Multipart.Part> next = parts.next(); next.isPresent(); next = parts.next()) {
      Multipart.Part part = next.get();
      byte[] bytes = bounded(part.content());
      left -= bytes.length;
      if (left < 0) {
        throw tooLarge();
      }
      String type = part.header("Content-Type").orElse("");
      values.add(new Value(bytes, type, part.header("Volute-Version").orElse(""), siblings));
    }
    return values;
  }

  private byte[] bounded(InputStream body) throws IOException {
    byte[] bytes = body.readNBytes(maxValueBytes);
    if (bytes.length == maxValueBytes && body.read() >= 0) {
      throw tooLarge();
    }
    return bytes;
  }

  private VoluteException tooLarge() {
    return new VoluteException(
        "the value is larger than maxValueBytes, " + maxValueBytes + ", of this client");
  }

  /** Any change; a request that a node refused before it did anything may go to another. */
  static Verdict change(HttpResponse answer, Attempt<Change> attempt) throws IOException {
    if (isSuccess(answer)) {
      String version = answer.header("Volute-Version").orElse("");
      String acks = answer.header("Volute-Acks").orElse("");
      drain(answer);
      attempt.result(new Change(Change.Outcome.APPLIED, version, siblings(answer), acks, ""));
      return Verdict.STANDS;
    }
    boolean isKnown = answer.header("Volute-Outcome").orElse("").equals("not-applied");
    switch (answer.status()) {
      case CONDITION_FAILED -> attempt.result(Change.conditionFailed(line(answer)));
      case CONFLICT -> attempt.result(Change.notApplied(line(answer)));
      default -> {
        if (!isKnown && isOfTheNode(answer)) {
          attempt.inDoubt(line(answer));
          return Verdict.TRY_ANOTHER;
        }
        return tryAnother(answer, attempt);
      }
    }
    return Verdict.STANDS;
  }

  /** The new version; empty when nothing came in time. */
  static Verdict waited(HttpResponse answer, Attempt<Optional<String>> attempt) throws IOException {
    if (!isSuccess(answer)) {
      return tryAnother(answer, attempt);
    }
    drain(answer);
    attempt.result(
        answer.status() == NO_CONTENT ? Optional.empty() : answer.header("Volute-Version"));
    return Verdict.STANDS;
  }

  static Verdict names(HttpResponse answer, Attempt<List<String>> attempt) throws IOException {
    if (!isSuccess(answer)) {
      return tryAnother(answer, attempt);
    }
    List<String> names = new ArrayList<>();
    JsonReader json = new JsonReader(answer.body());
    boolean isListing = json.next() == Token.BEGIN_OBJECT;
    while (isListing && json.next() == Token.NAME) {
      names.add(json.text());
      isListing = json.next() == Token.STRING;
    }
    if (!isListing || json.next() != Token.END) {
      throw ExchangeException.malformed("not a listing of keys");
    }
    attempt.result(names);
    return Verdict.STANDS;
  }

  /** For what only this node can't do, or not now; anything else is refused for good. */
  private static Verdict tryAnother(HttpResponse answer, Attempt<?> attempt) throws IOException {
    String line = line(answer);
    if (!isOfTheNode(answer)) {
      throw new RefusedException(answer.status(), line);
    }
    attempt.reason(line);
    return Verdict.TRY_ANOTHER;
  }

  private static boolean isOfTheNode(HttpResponse answer) {
    return answer.status() >= 500 || answer.status() == TOO_MANY_REQUESTS;
  }

  private static boolean isSuccess(HttpResponse answer) {
    return answer.status() >= 200 && answer.status() < 300;
  }

  private static String line(HttpResponse answer) throws IOException {
    String line = answer.text(MAX_ERROR_BYTES).lines().findFirst().orElse("").strip();
    return line.isEmpty() ? "the node answered " + answer.status() + " and no reason" : line;
  }

  private static void drain(HttpResponse answer) throws IOException {
    answer.text(MAX_ERROR_BYTES);
  }

  private static int siblings(HttpResponse answer) {
    String count = answer.header("Volute-Siblings").orElse("1");
    boolean isNumber =
        !count.isEmpty() && count.length() <= 9 && count.chars().allMatch(Character::isDigit);
    return isNumber ? Integer.parseInt(count) : 1;
  }
}
