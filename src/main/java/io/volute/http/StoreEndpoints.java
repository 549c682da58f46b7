package io.volute.http;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.command.CommandGate;
import io.volute.settings.Quoted;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** How the node keeps what it holds: checking its files, and copying them. Answers are JSON. */
final class StoreEndpoints {
  /** A name in the file system: none that could lead elsewhere. */
  private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}");

  private final CommandGate gate;

  StoreEndpoints(CommandGate gate) {
    this.gate = gate;
  }

  /** How far the scrub is, or how the last one went. */
  void scrub(HttpServerExchange exchange, QueryParameters query) {
    submit(exchange, new Command.Scrub(false));
  }

  /** Begins one, and says how far it is. */
  void beginScrub(HttpServerExchange exchange, QueryParameters query) throws BadRequestException {
    TokenGuard.requireUnlimited(exchange);
    submit(exchange, new Command.Scrub(true));
  }

  /** Copies all that is held into a directory of the home; answers once that is done. */
  void backup(HttpServerExchange exchange, QueryParameters query) throws BadRequestException {
    TokenGuard.requireUnlimited(exchange);
    String label = query.text("label").orElse("");
    if (!LABEL.matcher(label).matches()) {
      throw new BadRequestException(
          "parameter 'label' is "
              + Quoted.text(label)
              + ", allowed is 1 to 64 of A-Z a-z 0-9 . _ - that don't begin with a dot");
    }
    submit(exchange, new Command.Backup(label));
  }

  private void submit(HttpServerExchange exchange, Command command) {
    Submission.submit(
        gate,
        exchange,
        command,
        answer -> {
          String json =
              answer instanceof Answer.Scrubbed scrubbed
                  ? json(scrubbed)
                  : json((Answer.BackedUp) answer);
          exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "application/json");
          byte[] body = (json + "\n").getBytes(StandardCharsets.UTF_8);
          exchange.getResponseSender().send(ByteBuffer.wrap(body));
        });
  }

  private static String json(Answer.Scrubbed scrub) {
    StringBuilder json = new StringBuilder(256).append('{');
    String state = scrub.underWay() ? "running" : scrub.rounds() == 0 ? "never" : "done";
    JsonText.appendField(json, "state", state).append(',');
    JsonText.appendField(json, "scrubs", scrub.rounds()).append(',');
    JsonText.appendField(json, "bytesRead", scrub.bytesRead()).append(',');
    JsonText.appendField(json, "bytesTotal", scrub.bytesTotal()).append(',');
    JsonText.appendField(json, "keysChecked", scrub.keysChecked()).append(',');
    JsonText.appendField(json, "damagedPlaces", scrub.damagedPlaces()).append(',');
    JsonText.appendField(json, "damagedVersions", scrub.damagedVersions()).append(',');
    json.append("\"places\":[");
    String separator = "";
    for (String place : scrub.places()) {
      json.append(separator);
      JsonText.appendString(json, place);
      separator = ",";
    }
    return json.append("]}").toString();
  }

  private static String json(Answer.BackedUp backup) {
    StringBuilder json = new StringBuilder(128).append('{');
    JsonText.appendField(json, "directory", backup.directory()).append(',');
    JsonText.appendField(json, "files", backup.files()).append(',');
    JsonText.appendField(json, "bytes", backup.bytes());
    return json.append('}').toString();
  }
}
