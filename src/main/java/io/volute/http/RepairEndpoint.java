package io.volute.http;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.command.CommandGate;
import io.volute.record.Name;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Has this member's keys compared with the others' and mended, and streams how far it is: a JSON
 * object a line, the last one with {@code "done":true}. The repair ends when the client goes away.
 */
final class RepairEndpoint implements Endpoint {
  private final CommandGate gate;

  RepairEndpoint(CommandGate gate) {
    this.gate = gate;
  }

  @Override
  public void handle(HttpServerExchange exchange, QueryParameters query)
      throws BadRequestException {
    byte[] prefix = query.bytes("prefix").orElse(new byte[0]);
    if (prefix.length > Name.MAX_BYTES) {
      throw new BadRequestException(
          "parameter 'prefix' has " + prefix.length + " bytes, at most " + Name.MAX_BYTES);
    }
    new Repairing(exchange, prefix).ask(Optional.empty());
  }

  private final class Repairing {
    private final HttpServerExchange exchange;
    private final byte[] prefix;
    private final BodyWriter writer;
    private long compared;
    private long exchanged;
    private long unmended;
    private int unreachable;

    Repairing(HttpServerExchange exchange, byte[] prefix) {
      this.exchange = exchange;
      this.prefix = prefix;
      this.writer = new BodyWriter(exchange);
    }

    void ask(Optional<Command.RepairPlace> from) {
      Submission.submit(gate, exchange, new Command.Repair(prefix, from), this::take);
    }

    private void take(Answer answer) {
      if (!(answer instanceof Answer.RepairStep step)) {
        // Refused in the middle: the status is sent, so only a cut answer can say it.
        Submission.abort(exchange);
        return;
      }
      if (!exchange.isResponseStarted()) {
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "application/x-ndjson");
      }
      compared += step.compared();
      exchanged += step.exchanged();
      unmended += step.unmended();
      unreachable += step.unreachable() ? 1 : 0;
      boolean last = step.next().isEmpty();
      ByteBuffer line = ByteBuffer.wrap(line(step).getBytes(StandardCharsets.UTF_8));
      writer.write(List.of(line), last ? null : () -> goOn(step.next()));
    }

    /** By way of the thread's queue: steps that end at once must not pile up on the stack. */
    private void goOn(Optional<Command.RepairPlace> from) {
      exchange.getIoThread().execute(() -> Submission.runStep(exchange, () -> ask(from)));
    }

    private String line(Answer.RepairStep step) {
      StringBuilder json = new StringBuilder(160).append('{');
      JsonText.appendField(json, "members", step.members()).append(',');
      JsonText.appendField(json, "membersDone", step.membersDone()).append(',');
      JsonText.appendField(json, "membersUnreachable", unreachable).append(',');
      JsonText.appendField(json, "keysCompared", compared).append(',');
      JsonText.appendField(json, "keysExchanged", exchanged).append(',');
      JsonText.appendField(json, "keysUnmended", unmended).append(',');
      JsonText.appendString(json, "done");
      return json.append(':').append(step.next().isEmpty()).append("}\n").toString();
    }
  }
}
