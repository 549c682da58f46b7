package io.volute.cli;

import io.volute.cli.text.Json;
import io.volute.cli.text.Shown;
import io.volute.client.http.HttpResponse;
import io.volute.client.http.Multipart;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** Shows the concurrent values of a key, one after the other, in bounded memory. */
final class SiblingView {
  private final Session session;
  private final boolean isJson;

  SiblingView(Session session, boolean isJson) {
    this.session = session;
    this.isJson = isJson;
  }

  void show(String name, HttpResponse answer, boolean isMultipart)
      throws IOException, CommandFailure {
    write(
        isJson
            ? "{\"name\":"
                + Json.quote(name)
                + ","
                + Answers.headersAsJson(answer)
                + ",\"values\":["
            : "");
    if (isMultipart) {
      Multipart parts = Multipart.of(answer);
      int number = 1;
      for (Optional<Multipart.Part> next = parts.next(); next.isPresent(); next = parts.next()) {
        Multipart.Part part = next.get();
        String version = part.header(Answers.VERSION).orElse("");
        showOne(number, version, part.header("Content-Type").orElse(""), part.content());
        number++;
      }
    } else {
      String type = answer.header("Content-Type").orElse("");
      showOne(1, Answers.version(answer), type, answer.body());
    }
    write(isJson ? "]}\n" : "");
  }

  private void showOne(int number, String version, String contentType, InputStream content)
      throws IOException, CommandFailure {
    if (!isJson) {
      session.print(
          "-- sibling " + number + " " + Shown.message(version) + " " + Shown.message(contentType));
      session.copy(content);
      write("\n");
      return;
    }
    write(number > 1 ? "," : "");
    write("{\"version\":" + Json.quote(version));
    write(",\"contentType\":" + Json.quote(contentType) + ",\"value\":\"");
    OutputStream open =
        new FilterOutputStream(session.out()) {
          @Override
          public void write(byte[] bytes, int from, int length) throws IOException {
            out.write(bytes, from, length);
          }

          @Override
          public void close() {
            // Only the last digits of base64 are due; standard output goes on.
          }
        };
    try (OutputStream base64 = Base64.getEncoder().wrap(open)) {
      content.transferTo(base64);
    }
    write("\"}");
    session.requireOutput();
  }

  private void write(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    session.out().write(bytes, 0, bytes.length);
  }
}
