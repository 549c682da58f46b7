package io.volute.http;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;
import io.volute.causal.ContextToken;
import io.volute.command.Answer;
import io.volute.command.Command;
import io.volute.command.CommandGate;
import io.volute.record.Name;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Changes as server-sent events. The next ones are asked for when the client has taken those
 * before, so a client that does not read costs nothing, and is cut off when it stays so.
 */
final class WatchEndpoint implements Endpoint {
  private static final HttpString LAST_EVENT_ID = new HttpString("Last-Event-ID");
  private static final int MAX_WATCHING = 256;
  private static final long LOOK_MILLIS = 1000;
  private static final String KEEP_ALIVE = ":\n\n";

  private final CommandGate gate;
  private final AtomicInteger watching = new AtomicInteger();

  WatchEndpoint(CommandGate gate) {
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
    Optional<String> since = query.text("since");
    String reconnected = exchange.getRequestHeaders().getFirst(LAST_EVENT_ID);
    if (reconnected != null) {
      // A browser that connects anew repeats the address, and knows better where it was.
      since = Optional.of(reconnected);
    }
    Optional<Command.Place> place = Optional.empty();
    if (since.isPresent()) {
      place = Optional.of(parse(since.get()));
    }
    if (watching.incrementAndGet() > MAX_WATCHING) {
      watching.decrementAndGet();
      ErrorAnswer.sendRetryLater(
          exchange,
          StatusCodes.SERVICE_UNAVAILABLE,
          MAX_WATCHING + " clients watch already, which is the limit");
      return;
    }
    exchange.addExchangeCompleteListener(
        (completed, next) -> {
          watching.decrementAndGet();
          next.proceed();
        });
    Watch watch = new Watch(exchange, prefix);
    watch.lookLater();
    watch.ask(place);
  }

  private static Command.Place parse(String text) throws BadRequestException {
    int dot = text.indexOf('.');
    try {
      if (dot == 16) {
        return new Command.Place(
            Long.parseUnsignedLong(text.substring(0, dot), 16),
            Long.parseLong(text.substring(dot + 1)));
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw QueryParameters.refuse("since", text, "the id of an event");
  }

  private static String id(Command.Place place) {
    return String.format(Locale.ROOT, "%016x.%d", place.life(), place.number());
  }

  private final class Watch {
    private final HttpServerExchange exchange;
    private final byte[] prefix;
    private final BodyWriter writer;
    private boolean begun;
    private boolean writing;
    private boolean ended;

    Watch(HttpServerExchange exchange, byte[] prefix) {
      this.exchange = exchange;
      this.prefix = prefix;
      writer = new BodyWriter(exchange);
    }

    void ask(Optional<Command.Place> after) {
      Submission.submitForAny(gate, exchange, new Command.NextChanges(prefix, after), this::take);
    }

    private void take(Answer answer) {
      if (ended || exchange.isComplete()) {
        return;
      }
      if (answer instanceof Answer.Changes changes && changes.whole()) {
        show(changes);
      } else if (begun) {
        // Of the two reasons for an end, only one can't be mended by connecting anew.
        end(answer instanceof Answer.Changes ? "event: lost\ndata: {}\n\n" : KEEP_ALIVE);
      } else if (answer instanceof Answer.Refused refused) {
        Refusals.send(exchange, refused);
      } else {
        ErrorAnswer.send(
            exchange,
            StatusCodes.GONE,
            "the changes behind 'since' are forgotten; list the keys, and watch without 'since'");
      }
    }

    private void show(Answer.Changes changes) {
      StringBuilder text = new StringBuilder();
      if (!begun) {
        begun = true;
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "text/event-stream");
        exchange.getResponseHeaders().put(Headers.CACHE_CONTROL, "no-store");
        if (exchange.getRequestMethod().equals(Methods.HEAD)) {
          exchange.endExchange();
          return;
        }
        if (changes.lines().isEmpty()) {
          // An event without data is not shown by clients, and still gives them the place.
          text.append("id: ").append(id(changes.upTo())).append("\n\n");
        }
      }
      for (Answer.ChangeLine line : changes.lines()) {
        append(text, changes.upTo().life(), line);
      }
      if (text.length() == 0) {
        text.append(KEEP_ALIVE);
      }
      writing = true;
      writer.write(
          List.of(bytes(text.toString())),
          () -> {
            writing = false;
            goOn(changes.upTo());
          });
    }

    private void append(StringBuilder text, long life, Answer.ChangeLine line) {
      String id = id(new Command.Place(life, line.number()));
      text.append("event: change\nid: ").append(id).append("\ndata: {");
      JsonText.appendField(text, "name", line.name().toString()).append(',');
      JsonText.appendField(text, "version", ContextToken.encode(line.version().context()))
          .append(',');
      JsonText.appendField(text, "size", line.version().sizeBytes());
      text.append(",\"deleted\":").append(line.version().isTombstone()).append("}\n\n");
    }

    private void goOn(Command.Place after) {
      if (StopGate.isStopping(exchange)) {
        end(KEEP_ALIVE);
      } else {
        exchange
            .getIoThread()
            .execute(() -> Submission.runStep(exchange, () -> ask(Optional.of(after))));
      }
    }

    /** A stop of the node must not wait for the next change. */
    void lookLater() {
      exchange
          .getIoThread()
          .executeAfter(
              () -> Submission.runStep(exchange, this::look), LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void look() {
      if (ended || exchange.isComplete()) {
        return;
      }
      if (!exchange.getConnection().isOpen()) {
        ended = true;
        exchange.endExchange();
      } else if (StopGate.isStopping(exchange) && !begun) {
        ended = true;
        ErrorAnswer.sendStopping(exchange);
      } else if (StopGate.isStopping(exchange) && !writing) {
        end(KEEP_ALIVE);
      } else {
        lookLater();
      }
    }

    private void end(String last) {
      ended = true;
      exchange.setPersistent(false);
      writer.writeLast(List.of(bytes(last)));
    }

    private static ByteBuffer bytes(String text) {
      return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
  }
}
